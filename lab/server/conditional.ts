import type { IncomingHttpHeaders } from 'node:http';

/** What identifies one version of a file: a strong entity tag in quotes, and the time of its last change. */
export interface Validators {
  readonly etag: string;
  readonly modified: Date;
}

/** Which bytes to send; `end` is inclusive, as in `Content-Range`. */
export type ByteSelection =
  | { readonly kind: 'whole' }
  | { readonly kind: 'part'; readonly start: number; readonly end: number }
  | { readonly kind: 'unsatisfiable' };

/** Whether the client already holds this version (RFC 9110, 13.2.2): the entity tag decides, else the date. */
export function isNotModified(headers: IncomingHttpHeaders, validators: Validators): boolean {
  const known = headers['if-none-match'];
  if (known !== undefined) return matchesWeakly(known, validators.etag);
  const since = headers['if-modified-since'];
  return since !== undefined && seconds(validators.modified) <= seconds(new Date(since));
}

/**
 * The bytes a `Range` header asks for (RFC 9110, 14). A header that is malformed, has several ranges or whose
 * `If-Range` names another version selects the whole file, as the standard allows.
 */
export function selectBytes(
  headers: IncomingHttpHeaders,
  size: number,
  validators: Validators,
): ByteSelection {
  const range = /^bytes=(\d*)-(\d*)$/.exec(headers.range?.trim() ?? '');
  if (range === null || !rangeStillApplies(headers['if-range'], validators)) return { kind: 'whole' };
  const [, first = '', last = ''] = range;
  if (first === '') return last === '' ? { kind: 'whole' } : suffixOf(size, Number(last));
  const start = Number(first);
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== '' && Number(last) < start) return { kind: 'whole' };
  return start < size ? { kind: 'part', start, end } : { kind: 'unsatisfiable' };
}

function suffixOf(size: number, length: number): ByteSelection {
  if (length === 0 || size === 0) return { kind: 'unsatisfiable' };
  return { kind: 'part', start: Math.max(0, size - length), end: size - 1 };
}

function rangeStillApplies(condition: string | string[] | undefined, validators: Validators): boolean {
  if (condition === undefined) return true;
  const value = String(condition);
  return value.startsWith('"')
    ? value === validators.etag
    : seconds(new Date(value)) === seconds(validators.modified);
}

function matchesWeakly(header: string, etag: string): boolean {
  if (header.trim() === '*') return true;
  const opaque = etag.replace(/^W\//, '');
  return header.split(',').some((candidate) => candidate.trim().replace(/^W\//, '') === opaque);
}

/** HTTP dates have whole seconds; an unreadable date becomes NaN, which compares false with everything. */
function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
