import { createPrivateKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { readServerOptions, serveOnLoopback } from '../loopback-server.ts';
import { createCtLog } from './log.ts';

const { port, key, entries } = readServerOptions(['key', 'entries']);
serveOnLoopback(createCtLog({ key: createPrivateKey(await readFile(key)), entries }), port);
