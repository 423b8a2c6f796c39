import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import {
  findPortHolder,
  isLoopbackPortFree,
  listeningInodes,
} from '../../../services/ports/loopback-port.ts';

it('sees a port that is listened on, and who listens', async () => {
  const server = createServer();
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  try {
    expect(await isLoopbackPortFree(port)).toBe(false);
    expect(await findPortHolder(port)).toMatchObject({ pid: process.pid });
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
  expect(await isLoopbackPortFree(port)).toBe(true);
  expect(await findPortHolder(port)).toBeUndefined();
});

it('reads only listening sockets of that port out of the kernel table', () => {
  const table = [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    '   0: 0100007F:138D 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 111 1',
    '   1: 0100007F:138D 0100007F:9C40 01 00000000:00000000 00:00000000 00000000     0        0 222 1',
    '   2: 0100007F:138E 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 333 1',
    '',
  ].join('\n');
  expect(listeningInodes(table, 5005)).toEqual(['111']);
  expect(listeningInodes('', 5005)).toEqual([]);
});
