import { type ChildProcess, spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Readable } from 'node:stream';
import { messageOf } from '../../../domain/errors.ts';
import type { ForgePaths } from '../forge-paths.ts';
import { findToken, offeredToken, readTokens } from '../tokens.ts';
import { gitEnvironment } from './git-environment.ts';

const SMART_PATH =
  /^\/git(\/[a-z0-9-]+\/[a-z0-9][a-z0-9._-]*\.git)\/(info\/refs|git-upload-pack|git-receive-pack)$/;
const HEADER_END = Buffer.from('\r\n\r\n');
const HEADER_LIMIT = 64 * 1024;

/**
 * Answers smart HTTP for the repositories below the forge's root, by `git http-backend` as a CGI program.
 * Everybody may clone; a push needs a token that may write. Bodies stream both ways.
 */
export async function serveGit(
  request: IncomingMessage,
  response: ServerResponse,
  forge: ForgePaths,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const path = SMART_PATH.exec(url.pathname);
  if (path === null) {
    refuse(response, 404, 'The lab forge has no such repository.');
    return;
  }
  const [, repository = '', command = ''] = path;
  const pushes = command === 'git-receive-pack' || url.searchParams.get('service') === 'git-receive-pack';
  const login = pushes ? await loginOfWriter(request, response, forge.tokens) : undefined;
  if (pushes && login === undefined) return;
  const backend = spawn('git', ['http-backend'], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: cgiEnvironment(request, `${repository}/${command}`, url, forge.root, login),
  });
  await converse(request, response, backend);
}

async function loginOfWriter(
  request: IncomingMessage,
  response: ServerResponse,
  tokensPath: string,
): Promise<string | undefined> {
  const offered = offeredToken(request.headers.authorization);
  const token = offered === undefined ? undefined : findToken(await readTokens(tokensPath), offered);
  if (token === undefined) {
    response.setHeader('www-authenticate', 'Basic realm="foundry lab forge"');
    refuse(response, 401, 'A push to the lab forge needs a token.');
    return undefined;
  }
  if (token.scope === 'write') return token.login;
  refuse(response, 403, `The token of ${token.login} may not push.`);
  return undefined;
}

function cgiEnvironment(
  request: IncomingMessage,
  pathInfo: string,
  url: URL,
  root: string,
  login: string | undefined,
): Record<string, string> {
  const { headers } = request;
  return definedOnly({
    ...gitEnvironment(root),
    PATH: process.env['PATH'],
    GIT_PROJECT_ROOT: root,
    GIT_HTTP_EXPORT_ALL: '1',
    GIT_PROTOCOL: single(headers['git-protocol']),
    PATH_INFO: pathInfo,
    QUERY_STRING: url.search.slice(1),
    REQUEST_METHOD: request.method,
    CONTENT_TYPE: headers['content-type'],
    CONTENT_LENGTH: headers['content-length'],
    HTTP_CONTENT_ENCODING: single(headers['content-encoding']),
    REMOTE_ADDR: request.socket.remoteAddress,
    REMOTE_USER: login,
  });
}

async function converse(
  request: IncomingMessage,
  response: ServerResponse,
  backend: ChildProcess & { stdin: NodeJS.WritableStream; stdout: Readable; stderr: Readable },
): Promise<void> {
  const said: Buffer[] = [];
  backend.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  backend.on('error', (error) => said.push(Buffer.from(messageOf(error))));
  response.once('close', () => {
    if (!response.writableFinished) backend.kill();
  });
  const sent = pipeline(request, backend.stdin).catch(ignoreClosedPipe);
  const body = await relayHeaders(backend.stdout, response);
  if (body === undefined) {
    backend.kill();
    throw new Error(`git http-backend gave no answer: ${Buffer.concat(said).toString('utf8').trim()}`);
  }
  response.write(body);
  await Promise.all([pipeline(backend.stdout, response).catch(ignoreClosedPipe), sent]);
}

/** Reads the CGI head, sends it on, and returns the first bytes of the body; undefined when no head came. */
async function relayHeaders(stdout: Readable, response: ServerResponse): Promise<Buffer | undefined> {
  const { promise, resolve } = Promise.withResolvers<Buffer | undefined>();
  let seen: Buffer = Buffer.alloc(0);
  function onData(chunk: Buffer): void {
    seen = Buffer.concat([seen, chunk]);
    const end = seen.indexOf(HEADER_END);
    if (end < 0 && seen.length < HEADER_LIMIT) return;
    stdout.off('data', onData);
    stdout.pause();
    if (end < 0) return resolve(undefined);
    writeHead(response, seen.subarray(0, end).toString('latin1'));
    return resolve(seen.subarray(end + HEADER_END.length));
  }
  stdout.on('data', onData);
  stdout.once('end', () => resolve(undefined));
  return await promise;
}

function writeHead(response: ServerResponse, head: string): void {
  let status = 200;
  for (const line of head.split('\r\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === 'status') status = Number.parseInt(value, 10);
    else response.setHeader(name, value);
  }
  response.writeHead(status);
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

function definedOnly(values: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** Either side may hang up first: a refused push closes its input, a client may leave. */
function ignoreClosedPipe(): void {
  return undefined;
}
