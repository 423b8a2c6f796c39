import {
  constants,
  createCipheriv,
  createDecipheriv,
  createECDH,
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  privateDecrypt,
  sign,
  verify,
} from 'node:crypto';
import { cmac, hmac, kdfAnswer } from './node-derivation.ts';
import { dataOf, digestName, isDigest, octets, readQuestion, type Words } from './question-words.ts';

const ORACLES: Readonly<Record<string, (words: Words) => string | undefined>> = {
  digest: digestAnswer,
  mac: macAnswer,
  kdf: kdfAnswer,
  cipher: cipherAnswer,
  verify: verifyAnswer,
  sign: signAnswer,
  derive: deriveAnswer,
  decrypt: decryptAnswer,
};

/**
 * What the probe must answer to a question, by node's own cryptography and by the formulas of the standards: `ok …`, `refused`
 * whatever the reason, or undefined for what is not computed here.
 */
export function answerByNode(ask: string): string | undefined {
  const { verb, words } = readQuestion(ask);
  return Object.hasOwn(ORACLES, verb) ? ORACLES[verb]?.(words) : undefined;
}

function digestAnswer(words: Words): string {
  const length = words.get('out');
  const hash = createHash(
    digestName(words.get('alg') ?? ''),
    length === undefined ? {} : { outputLength: Number(length) },
  );
  return `ok md=${hash.update(dataOf(words)).digest('hex')}`;
}

function macAnswer(words: Words): string | undefined {
  const key = octets(words, 'key');
  const alg = words.get('alg');
  if (alg === 'HMAC' && isDigest(words.get('digest')))
    return `ok mac=${hmac(words.get('digest') ?? '', key, dataOf(words)).toString('hex')}`;
  if (alg === 'CMAC' && /^AES-\d+-CBC$/.test(words.get('cipher') ?? '') && [16, 24, 32].includes(key.length))
    return `ok mac=${cmac(key, dataOf(words)).toString('hex')}`;
  if (alg === 'GMAC' && words.get('cipher')?.endsWith('GCM') === true)
    return `ok mac=${gmac(key, octets(words, 'iv'), dataOf(words)).toString('hex')}`;
  return undefined;
}

const AEAD_TAG = /-(?:GCM|CCM)$/;

function cipherAnswer(words: Words): string | undefined {
  const alg = words.get('alg') ?? '';
  const mode = nodeCipher(alg);
  const [key, data] = [octets(words, 'key', ''), octets(words, 'data', '')];
  if (mode === undefined || words.get('padding') !== undefined) return undefined;
  try {
    if (AEAD_TAG.test(alg)) return aeadAnswer(mode, words, key, data);
    const iv = words.has('iv') ? octets(words, 'iv', '') : wrapIv(alg);
    const way = words.get('dir') === 'enc' ? createCipheriv : createDecipheriv;
    const cipher = way(mode, key, iv);
    cipher.setAutoPadding(false);
    return `ok out=${Buffer.concat([cipher.update(data), cipher.final()]).toString('hex')}`;
  } catch {
    return 'refused';
  }
}

function aeadAnswer(mode: string, words: Words, key: Buffer, data: Buffer): string {
  const iv = octets(words, 'iv', '');
  const tag = octets(words, 'tag', '');
  const options = {
    authTagLength: words.get('dir') === 'enc' ? Number(words.get('taglen') ?? 16) : tag.length,
  };
  const aad = octets(words, 'aad', '');
  if (words.get('dir') === 'enc') {
    const cipher = createCipheriv(mode as 'aes-128-ccm', key, iv, options);
    cipher.setAAD(aad, { plaintextLength: data.length });
    const out = Buffer.concat([cipher.update(data), cipher.final()]);
    return `ok out=${out.toString('hex')} tag=${cipher.getAuthTag().toString('hex')}`;
  }
  const cipher = createDecipheriv(mode as 'aes-128-ccm', key, iv, options);
  cipher.setAuthTag(tag);
  cipher.setAAD(aad, { plaintextLength: data.length });
  return `ok out=${Buffer.concat([cipher.update(data), cipher.final()]).toString('hex')}`;
}

/** Modes that node has under a name; ciphertext stealing and the inverse of key wrap it has not. */
function nodeCipher(alg: string): string | undefined {
  const [, bits, mode = ''] =
    /^AES-(\d+)-(ECB|CBC|CFB|CFB1|CFB8|OFB|CTR|XTS|GCM|CCM|WRAP|WRAP-PAD)$/.exec(alg) ?? [];
  if (bits === undefined || alg === 'AES-192-XTS') return undefined;
  return mode.startsWith('WRAP')
    ? `id-aes${bits}-${mode.toLowerCase()}`
    : `aes-${bits}-${mode.toLowerCase()}`;
}

function wrapIv(alg: string): Buffer | null {
  if (alg.endsWith('WRAP')) return Buffer.alloc(8, 0xa6);
  return alg.endsWith('WRAP-PAD') ? Buffer.from('a65959a6', 'hex') : null;
}

function signingOptions(words: Words): { padding?: number; saltLength?: number } {
  if (words.get('pad-mode') !== 'pss') return {};
  return { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: Number(words.get('saltlen')) };
}

function verifyAnswer(words: Words): string | undefined {
  const key = keyOf(words, 'public');
  const digest = words.get('digest') ?? '';
  if (key === undefined || !isDigest(digest)) return undefined;
  const signature = octets(words, 'sig', '');
  const right = verify(
    digestName(digest),
    octets(words, 'data', ''),
    { key, ...signingOptions(words) },
    signature,
  );
  return right ? 'ok' : 'refused';
}

function signAnswer(words: Words): string | undefined {
  const key = keyOf(words, 'private');
  const digest = words.get('digest') ?? '';
  if (
    key === undefined ||
    words.has('hash') ||
    words.has('pad-mode') ||
    !isDigest(digest) ||
    digest === 'SHA1'
  )
    return undefined;
  if ((key.asymmetricKeyDetails?.modulusLength ?? 0) < 2048) return undefined;
  return `ok sig=${sign(digestName(digest), octets(words, 'data', ''), key).toString('hex')}`;
}

/** The names that node has for curves, and the bytes of a coordinate. */
const CURVES = new Map([
  ['P-224', ['secp224r1', 28]],
  ['P-256', ['prime256v1', 32]],
  ['P-384', ['secp384r1', 48]],
  ['P-521', ['secp521r1', 66]],
] as const);

function deriveAnswer(words: Words): string | undefined {
  const mine = words.get('key.hexpriv');
  const [curve, size] = CURVES.get(words.get('key.group') as 'P-256') ?? [];
  if (curve === undefined || size === undefined || mine === undefined) return undefined;
  const ecdh = createECDH(curve);
  ecdh.setPrivateKey(Buffer.from(mine.slice(-2 * size).padStart(2 * size, '0'), 'hex'));
  try {
    return `ok secret=${ecdh.computeSecret(pointOf(words, curve, size)).toString('hex')}`;
  } catch {
    return 'refused';
  }
}

/** The point of a public key, which must name the same curve. */
function pointOf(words: Words, curve: string, size: number): Buffer {
  const der = octets(words, 'peer.der', '');
  if (der.length === 0) return octets(words, 'peer.hexpub', '');
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
  if (key.asymmetricKeyDetails?.namedCurve !== curve) throw new Error('a key of another curve');
  return der.subarray(-(2 * size + 1));
}

function decryptAnswer(words: Words): string | undefined {
  const key = keyOf(words, 'private');
  if (key === undefined || words.get('pad-mode') !== 'oaep') return undefined;
  const oaepHash = digestName(words.get('digest') ?? 'SHA1');
  try {
    const clear = privateDecrypt(
      { key, oaepHash, padding: constants.RSA_PKCS1_OAEP_PADDING },
      octets(words, 'data', ''),
    );
    return `ok out=${clear.toString('hex')}`;
  } catch {
    return 'refused';
  }
}

function gmac(key: Buffer, iv: Buffer, data: Buffer): Buffer {
  const cipher = createCipheriv(`aes-${key.length * 8}-gcm` as 'aes-128-gcm', key, iv);
  cipher.setAAD(data);
  cipher.final();
  return cipher.getAuthTag();
}

function keyOf(words: Words, kind: 'public' | 'private'): KeyObject | undefined {
  const der = octets(words, 'key.der', '');
  if (der.length === 0) return undefined;
  // A key that is verified with may be given as a whole pair.
  if (kind === 'private') return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  try {
    return createPublicKey({ key: der, format: 'der', type: 'spki' });
  } catch {
    return createPublicKey(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
  }
}
