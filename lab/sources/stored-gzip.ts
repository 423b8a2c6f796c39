import { crc32 } from 'node:zlib';

/** Magic, deflate, no flags, no time, no extra flags, unknown system (RFC 1952, section 2.3). */
const HEADER = Uint8Array.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
const STORED_AT_MOST = 0xffff;

/**
 * Wraps bytes as a gzip file of stored blocks (RFC 1951, section 3.2.4): nothing is compressed, so the result depends on no
 * compressor, no version of it and no processor. The same input gives the same bytes on every machine, for good.
 */
export function gzipStored(data: Uint8Array): Uint8Array {
  const blocks = Math.max(1, Math.ceil(data.byteLength / STORED_AT_MOST));
  const out = Buffer.allocUnsafe(HEADER.byteLength + blocks * 5 + data.byteLength + 8);
  out.set(HEADER, 0);
  let at = HEADER.byteLength;
  for (let block = 0; block < blocks; block += 1) {
    const part = data.subarray(block * STORED_AT_MOST, (block + 1) * STORED_AT_MOST);
    at = out.writeUInt8(block === blocks - 1 ? 1 : 0, at);
    at = out.writeUInt16LE(part.byteLength, at);
    at = out.writeUInt16LE(~part.byteLength & 0xffff, at);
    out.set(part, at);
    at += part.byteLength;
  }
  at = out.writeUInt32LE(crc32(data), at);
  out.writeUInt32LE(data.byteLength % 2 ** 32, at);
  return out;
}
