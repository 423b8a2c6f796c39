import { readFile, readdir, readlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { isCode } from '../../adapters/files/write-atomic.ts';

const LISTEN_STATE = '0A';

/** A process as /proc shows it. */
export interface PortHolder {
  readonly pid: number;
  readonly command: string;
}

/** Whether we could listen on this port of 127.0.0.1 now. Throws any error but "in use" and "not allowed". */
export function isLoopbackPortFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', (error) => {
      if (isCode(error, 'EADDRINUSE') || isCode(error, 'EACCES')) resolve(false);
      else reject(error);
    });
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** The process that listens on a TCP port, when /proc shows it (its owner and root see it). */
export async function findPortHolder(port: number): Promise<PortHolder | undefined> {
  const tables = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map(readOrEmpty));
  const inodes = new Set(tables.flatMap((table) => listeningInodes(table, port)));
  if (inodes.size === 0) return undefined;
  for (const entry of await readdir('/proc')) {
    if (/^\d+$/.test(entry) && (await holdsSocket(entry, inodes))) {
      const command = (await readOrEmpty(`/proc/${entry}/cmdline`)).replaceAll('\0', ' ').trim();
      return { pid: Number(entry), command: command.slice(0, 120) };
    }
  }
  return undefined;
}

/** The socket inodes that listen on a port, from the text of /proc/net/tcp or tcp6 (proc_net_tcp in the kernel's documentation). */
export function listeningInodes(table: string, port: number): string[] {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  return table
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
      return local?.endsWith(`:${hex}`) === true && state === LISTEN_STATE && inode !== undefined
        ? [inode]
        : [];
    });
}

async function holdsSocket(pid: string, inodes: ReadonlySet<string>): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  const descriptors = await readdir(folder).catch(() => []);
  for (const descriptor of descriptors) {
    const target = await readlink(`${folder}/${descriptor}`).catch(() => '');
    const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
    if (inode !== undefined && inodes.has(inode)) return true;
  }
  return false;
}

async function readOrEmpty(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}
