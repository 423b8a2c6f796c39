/** The words of a question to the probe. */
export type Words = ReadonlyMap<string, string>;

/** A question taken apart. What is there more than once is put together, as the probe does. */
export function readQuestion(ask: string): { readonly verb: string; readonly words: Words } {
  const [verb = '', ...rest] = ask.split(' ');
  const words = new Map<string, string>();
  for (const word of rest) {
    const at = word.indexOf('=');
    const name = word.slice(0, at);
    words.set(name, (words.get(name) ?? '') + word.slice(at + 1));
  }
  return { verb, words };
}

/** Bytes in hex under the name with `prefix`, or a text under the name alone; several are put together. */
export function octets(words: Words, name: string, prefix = 'hex'): Buffer {
  const hex = words.get(`${prefix}${name}`);
  return hex === undefined
    ? Buffer.from(prefix === 'hex' ? (words.get(name) ?? '') : '')
    : Buffer.from(hex, 'hex');
}

/** What is digested: once, or as often as the question says. */
export function dataOf(words: Words): Buffer {
  const one = octets(words, 'data', '');
  return Buffer.concat(Array.from({ length: Number(words.get('repeat') ?? 1) }, () => one));
}

const DIGESTS: ReadonlySet<string> = new Set([
  'sha1',
  'sha224',
  'sha256',
  'sha384',
  'sha512',
  'sha512-224',
  'sha512-256',
  'sha3-224',
  'sha3-256',
  'sha3-384',
  'sha3-512',
  'shake128',
  'shake256',
]);

/** Whether it is a digest of a fixed length that node has. */
export function isDigest(name: string | undefined): boolean {
  return name !== undefined && DIGESTS.has(digestName(name)) && !name.startsWith('SHAKE');
}

/** The name that node has for a digest. */
export function digestName(name: string): string {
  return name
    .toLowerCase()
    .replace(/^sha2-/, 'sha')
    .replace('/', '-');
}
