const BY_SUFFIX: readonly (readonly [suffix: string, type: string])[] = [
  ['.apk', 'application/gzip'],
  ['.gz', 'application/gzip'],
  ['.json', 'application/json'],
  ['.asc', 'application/pgp-signature'],
  ['.sha256', 'text/plain; charset=utf-8'],
  ['.pub', 'application/x-pem-file'],
];

/** The media type a file of the upstream world is sent as, by its name. */
export function contentType(fileName: string): string {
  const known = BY_SUFFIX.find(([suffix]) => fileName.endsWith(suffix));
  return known?.[1] ?? 'application/octet-stream';
}
