import { readFile } from 'node:fs/promises';
import type { JWK } from 'jose';
import { readServerOptions, serveOnLoopback } from '../loopback-server.ts';
import { TOKEN_AUDIENCE } from '../sigstore/fulcio-config.ts';
import { createIssuer } from './issuer.ts';

const { port, key, identities } = readServerOptions(['key', 'identities']);
const issuer = await createIssuer({
  issuer: `http://127.0.0.1:${port}`,
  audience: TOKEN_AUDIENCE,
  key: JSON.parse(await readFile(key, 'utf8')) as JWK,
  identities,
});
serveOnLoopback(issuer, port);
