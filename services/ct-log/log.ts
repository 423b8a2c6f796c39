import type { KeyObject } from 'node:crypto';
import { appendFile } from 'node:fs/promises';
import { Hono } from 'hono';
import { z } from 'zod';
import { messageOf } from '../../domain/errors.ts';
import { signPrecertificate } from './sct.ts';

const Chain = z.object({ chain: z.array(z.base64()).min(2).max(5) });

/** What the endpoint works with. */
export interface CtLogOptions {
  /** Private ECDSA P-256 key. */
  readonly key: KeyObject;
  /** A file that gets one JSON line for each precertificate: `timestamp` and `precertificate` (base64 DER). */
  readonly entries: string;
}

/**
 * Answers `POST /ct/v1/add-pre-chain` (RFC 6962 section 4.2) with a signed certificate timestamp and notes what it signed.
 * It is not a Merkle log: there is no tree, no proof and no auditor, so its timestamps show only that this stack saw
 * the certificate. It exists because Fulcio's clients demand a timestamp.
 */
export function createCtLog({ key, entries }: CtLogOptions): Hono {
  const app = new Hono();
  app.get('/', (context) => context.text('a signer of certificate timestamps; not a Merkle log\n'));
  app.post('/ct/v1/add-pre-chain', async (context) => {
    const body = Chain.safeParse(await context.req.json().catch(() => undefined));
    if (!body.success) return context.text('the body is not a chain of certificates', 400);
    const [precertificate, issuer] = body.data.chain.map((text) => Buffer.from(text, 'base64'));
    if (precertificate === undefined || issuer === undefined)
      return context.text('the chain is too short', 400);
    try {
      const sct = signPrecertificate(precertificate, issuer, key, Date.now());
      const entry = { timestamp: sct.timestamp, precertificate: precertificate.toString('base64') };
      await appendFile(entries, `${JSON.stringify(entry)}\n`, { mode: 0o600 });
      return context.json(sct);
    } catch (error) {
      return context.text(messageOf(error), 400);
    }
  });
  return app;
}
