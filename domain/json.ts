/** What bytes say as JSON; undefined for none, and for what is no JSON: a schema refuses that as it refuses anything else. */
export function jsonOf(bytes: Uint8Array | undefined): unknown {
  try {
    return bytes === undefined ? undefined : JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}
