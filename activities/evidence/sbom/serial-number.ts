import { createHash } from 'node:crypto';
import type { OciDigest } from '../../../domain/digest.ts';

/** The namespace of URLs of RFC 9562. */
const URL_NAMESPACE = Buffer.from('6ba7b8119dad11d180b400c04fd430c8', 'hex');

/** The serial number of the SBOM of an image: a version 5 UUID of its manifest, so one image has one. */
export function serialNumber(manifest: OciDigest): string {
  const bytes = createHash('sha1').update(URL_NAMESPACE).update(`oci:${manifest}`).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return `urn:uuid:${bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')}`;
}
