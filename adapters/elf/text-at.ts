/** The zero-terminated text at an offset. Throws RangeError when it does not end in the file. */
export function textAt(file: Uint8Array, offset: number): string {
  const end = file.indexOf(0, offset);
  if (end < 0 || offset >= file.length) throw new RangeError('string ends outside the file');
  return Buffer.from(file.subarray(offset, end)).toString('latin1');
}
