import { type FileHandle, open } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isCode } from '../../adapters/files/write-atomic.ts';
import { type ByteSelection, isNotModified, selectBytes, type Validators } from './conditional.ts';
import { contentType } from './content-type.ts';
import type { FileDigests } from './file-digests.ts';
import { sendText } from './send-text.ts';
import type { ServedDay } from './world-clock.ts';

/**
 * Answers with a file of the day's tree: GET and HEAD, conditional requests, one byte range.
 * On a day of truncated answers the whole length is announced and the connection closes after half of the bytes.
 */
export async function serveFile(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  day: ServedDay,
  digests: FileDigests,
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    sendText(response, 405, 'This part of the lab is read-only.', { allow: 'GET, HEAD' });
    return;
  }
  const handle = await openServed(day.publicDir, path);
  if (handle === undefined) {
    sendText(response, 404, 'The lab has no such file today.');
    return;
  }
  try {
    await answer(request, response, basename(path), handle, day, digests);
  } finally {
    await handle.close();
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  fileName: string,
  handle: FileHandle,
  day: ServedDay,
  digests: FileDigests,
): Promise<void> {
  const { sha256, size, modified } = await digests.ofHandle(handle);
  const validators: Validators = { etag: `"${sha256}"`, modified };
  response.setHeader('etag', validators.etag);
  response.setHeader('last-modified', modified.toUTCString());
  response.setHeader('cache-control', 'no-cache');
  response.setHeader('accept-ranges', 'bytes');
  if (isNotModified(request.headers, validators)) {
    response.writeHead(304).end();
    return;
  }
  const selection = selectBytes(request.headers, size, validators);
  if (selection.kind === 'unsatisfiable') {
    sendText(response, 416, 'The file is shorter than that.', { 'content-range': `bytes */${size}` });
    return;
  }
  response.setHeader('content-type', contentType(fileName));
  const { start, length } = announce(response, selection, size);
  if (request.method === 'HEAD' || length === 0) {
    response.end();
    return;
  }
  const truncated = day.outage === 'truncated';
  await send(response, handle, start, truncated ? Math.floor(length / 2) : length);
  if (truncated) response.socket?.destroySoon();
  else response.end();
}

function announce(
  response: ServerResponse,
  selection: Exclude<ByteSelection, { kind: 'unsatisfiable' }>,
  size: number,
): { start: number; length: number } {
  if (selection.kind === 'whole') {
    response.writeHead(200, { 'content-length': size });
    return { start: 0, length: size };
  }
  const { start, end } = selection;
  const length = end - start + 1;
  response.writeHead(206, { 'content-length': length, 'content-range': `bytes ${start}-${end}/${size}` });
  return { start, length };
}

async function send(
  response: ServerResponse,
  handle: FileHandle,
  start: number,
  length: number,
): Promise<void> {
  if (length === 0) return;
  const bytes = handle.createReadStream({ start, end: start + length - 1, autoClose: false });
  try {
    await pipeline(bytes, response, { end: false });
  } catch (error) {
    if (!isClientGone(error)) throw error;
  }
}

function isClientGone(error: unknown): boolean {
  return ['ERR_STREAM_PREMATURE_CLOSE', 'EPIPE', 'ECONNRESET', 'ERR_STREAM_DESTROYED'].some((code) =>
    isCode(error, code),
  );
}

/** Opens a file under the folder; a path that could leave it, or that names no file, gives undefined. */
async function openServed(folder: string, path: string): Promise<FileHandle | undefined> {
  const segments = decodedSegments(path);
  if (segments === undefined) return undefined;
  try {
    const handle = await open(join(folder, ...segments), 'r');
    if ((await handle.stat()).isFile()) return handle;
    await handle.close();
    return undefined;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP'].some((code) => isCode(error, code))) return undefined;
    throw error;
  }
}

function decodedSegments(path: string): string[] | undefined {
  try {
    const segments = path.slice(1).split('/').map(decodeURIComponent);
    return segments.every(isPlainName) ? segments : undefined;
  } catch {
    return undefined;
  }
}

function isPlainName(segment: string): boolean {
  return segment !== '' && segment !== '.' && segment !== '..' && !/[/\\\0]/.test(segment);
}
