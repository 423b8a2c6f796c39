import { createCipheriv, createHash, createHmac, hkdfSync, pbkdf2Sync } from 'node:crypto';
import { digestName, isDigest, octets, type Words } from './question-words.ts';

/** What a question for a derived key must be answered, by the formulas of the standards; undefined for what is not computed here. */
export function kdfAnswer(words: Words): string | undefined {
  const length = Number(words.get('out'));
  const digest = words.get('digest') ?? 'SHA256';
  const made = isDigest(digest) ? derived(words, digest, length) : undefined;
  return made === undefined ? undefined : `ok key=${made.toString('hex')}`;
}

function derived(words: Words, digest: string, length: number): Buffer | undefined {
  const secret = words.has('hexsecret') ? octets(words, 'secret') : octets(words, 'key');
  switch (words.get('alg') ?? '') {
    case 'HKDF':
      return hkdf(words, digest, secret, length);
    case 'PBKDF2':
      return words.has('pkcs5') ||
        Number(words.get('iter')) < 1000 ||
        octets(words, 'salt').length < 16 ||
        length < 14
        ? undefined
        : pbkdf2Sync(
            octets(words, 'pass'),
            octets(words, 'salt'),
            Number(words.get('iter')),
            length,
            digestName(digest),
          );
    case 'KBKDF':
      return kbkdf(words, digest, secret, length);
    case 'SSKDF':
      return words.has('mac') && words.get('mac') !== 'HMAC'
        ? undefined
        : counted(length, (counter) => oneStep(words, digest, counter, secret));
    case 'X963KDF':
      return counted(length, (counter) => hashed(digest, secret, counter, octets(words, 'info')));
    case 'SSHKDF':
      return words.get('type') === undefined ? undefined : sshKdf(words, digest, length);
    case 'TLS1-PRF':
      return isWithoutEms(words) ? undefined : expanded(digest, secret, octets(words, 'seed'), length);
    case 'TLS13-KDF':
      return tls13(words, digest, secret, length);
    default:
      return undefined;
  }
}

function hkdf(words: Words, digest: string, key: Buffer, length: number): Buffer | undefined {
  const size = createHash(digestName(digest)).digest().length;
  if (length > 255 * size) return undefined;
  const [salt, info] = [octets(words, 'salt'), octets(words, 'info')];
  if (words.get('mode') === 'EXTRACT_ONLY')
    return hmac(digest, salt.length === 0 ? Buffer.alloc(size) : salt, key);
  if (words.get('mode') === 'EXPAND_ONLY') return hkdfExpand(digest, key, info, length);
  return Buffer.from(hkdfSync(digestName(digest), key, salt, info, length));
}

function hkdfExpand(digest: string, key: Buffer, info: Buffer, length: number): Buffer {
  let last: Buffer = Buffer.alloc(0);
  return counted(length, (counter) => {
    last = hmac(digest, key, Buffer.concat([last, info, counter.subarray(3)]));
    return last;
  });
}

/** RFC 8446, 7.1: the label with its prefix and the hash of the messages in the info of HKDF. */
function tls13(words: Words, digest: string, key: Buffer, length: number): Buffer {
  const size = createHash(digestName(digest)).digest().length;
  const info = (data: Buffer): Buffer => {
    const label = Buffer.concat([octets(words, 'prefix'), octets(words, 'label')]);
    const lengths = Buffer.from([length >> 8, length & 255, label.length]);
    return Buffer.concat([lengths, label, Buffer.from([data.length]), data]);
  };
  if (words.get('mode') === 'EXPAND_ONLY')
    return hkdfExpand(digest, key, info(octets(words, 'data')), length);
  const before = octets(words, 'salt');
  const empty = createHash(digestName(digest)).digest();
  const salt = before.length === 0 ? Buffer.alloc(size) : hkdfExpand(digest, before, info(empty), size);
  return hmac(digest, salt, key.length === 0 ? Buffer.alloc(size) : key);
}

function kbkdf(words: Words, digest: string, key: Buffer, length: number): Buffer | undefined {
  if (words.get('use-l') !== '0') return undefined;
  const size = Number(words.get('r')) / 8;
  const macOf = (data: Buffer): Buffer =>
    words.get('mac') === 'CMAC' ? cmac(key, data) : hmac(digest, key, data);
  return counted(length, (counter) =>
    macOf(Buffer.concat([counter.subarray(4 - size), octets(words, 'info')])),
  );
}

function oneStep(words: Words, digest: string, counter: Buffer, secret: Buffer): Buffer {
  const info = octets(words, 'info');
  if (!words.has('mac')) return hashed(digest, counter, secret, info);
  return hmac(digest, octets(words, 'salt'), Buffer.concat([counter, secret, info]));
}

function sshKdf(words: Words, digest: string, length: number): Buffer {
  const start = [octets(words, 'key'), octets(words, 'xcghash')] as const;
  let made = hashed(digest, ...start, Buffer.from(words.get('type') ?? ''), octets(words, 'session_id'));
  while (made.length < length) made = Buffer.concat([made, hashed(digest, ...start, made)]);
  return made.subarray(0, length);
}

/** P_hash of RFC 5246, 5. */
function expanded(digest: string, secret: Buffer, seed: Buffer, length: number): Buffer {
  let a = seed;
  return counted(length, () => {
    a = hmac(digest, secret, a);
    return hmac(digest, secret, Buffer.concat([a, seed]));
  });
}

function isWithoutEms(words: Words): boolean {
  return octets(words, 'seed').toString('latin1').startsWith('master secret');
}

/** HMAC by node. */
export function hmac(digest: string, key: Buffer, data: Buffer): Buffer {
  return createHmac(digestName(digest), key).update(data).digest();
}

function hashed(digest: string, ...parts: readonly Buffer[]): Buffer {
  return createHash(digestName(digest)).update(Buffer.concat(parts)).digest();
}

/** SP 800-38B, 6: CMAC by AES alone. */
export function cmac(key: Buffer, data: Buffer): Buffer {
  const block = (input: Buffer): Buffer => {
    const cipher = createCipheriv(`aes-${key.length * 8}-ecb`, key, null);
    cipher.setAutoPadding(false);
    return cipher.update(input);
  };
  const first = doubled(block(Buffer.alloc(16)));
  const isWhole = data.length > 0 && data.length % 16 === 0;
  const padded = isWhole
    ? data
    : Buffer.concat([data, Buffer.from([0x80]), Buffer.alloc(15 - (data.length % 16))]);
  const last = exclusiveOr(padded.subarray(-16), isWhole ? first : doubled(first));
  let state = Buffer.alloc(16);
  for (let at = 0; at < padded.length - 16; at += 16)
    state = Buffer.from(block(exclusiveOr(state, padded.subarray(at, at + 16))));
  return block(exclusiveOr(state, last));
}

/** Times x in the field of 2^128. */
function doubled(block: Buffer): Buffer {
  const shifted = (BigInt(`0x${block.toString('hex')}`) << 1n) & ((1n << 128n) - 1n);
  const carried = ((block[0] ?? 0) & 0x80) === 0 ? shifted : shifted ^ 0x87n;
  return Buffer.from(carried.toString(16).padStart(32, '0'), 'hex');
}

function exclusiveOr(one: Buffer, other: Buffer): Buffer {
  return Buffer.from(one.map((byte, index) => byte ^ (other[index] ?? 0)));
}

/** Blocks by counters of four bytes, from 1, until there are enough bytes. */
function counted(length: number, block: (counter: Buffer) => Buffer): Buffer {
  let made = Buffer.alloc(0);
  for (let index = 1; made.length < length; index += 1) {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(index);
    made = Buffer.concat([made, block(counter)]);
  }
  return made.subarray(0, length);
}
