import { createHash } from 'node:crypto';

/** The bytes a DSSE signature is over: the pre-authentication encoding of type and payload (DSSE protocol, version 1). */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Buffer {
  const header = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.byteLength} `;
  return Buffer.concat([Buffer.from(header), payload]);
}

/** SHA-256 of the bytes a DSSE signature is over; what the log entry of an envelope names. */
export function preAuthDigest(payloadType: string, payload: Uint8Array): Buffer {
  return createHash('sha256').update(preAuthEncoding(payloadType, payload)).digest();
}
