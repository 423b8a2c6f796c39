import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { readJsonFile, writeJsonFile } from '../../adapters/files/json-file.ts';

const Token = z.object({
  login: z.string(),
  scope: z.enum(['read', 'write']),
  token: z.string().min(20),
});
const TokenFile = z.object({ tokens: z.array(Token) });

/** One access token of the forge and what it allows. `write` includes `read`. */
export type ForgeToken = Readonly<z.infer<typeof Token>>;

/** The tokens of a state; none when the forge was not made yet. Throws FND_BAD_DATA for a file we did not write. */
export async function readTokens(path: string): Promise<readonly ForgeToken[]> {
  const file = await readJsonFile(path, TokenFile, {
    what: "a file of the lab's tokens",
    hint: `Remove ${path}: new tokens are then made.`,
  });
  return file?.tokens ?? [];
}

/** Makes one token that may write and one that may only read, in a file for the owner alone; keeps existing ones. */
export async function ensureTokens(path: string): Promise<readonly ForgeToken[]> {
  const existing = await readTokens(path);
  if (existing.length > 0) return existing;
  const tokens: ForgeToken[] = [
    { login: 'foundry-lab-bot', scope: 'write', token: newToken() },
    { login: 'foundry-lab-reader', scope: 'read', token: newToken() },
  ];
  await writeJsonFile(path, { tokens }, 0o600);
  return tokens;
}

/** The known token that equals the offered one. Compares in constant time. */
export function findToken(tokens: readonly ForgeToken[], offered: string): ForgeToken | undefined {
  const digest = sha256(offered);
  return tokens.find(({ token }) => timingSafeEqual(sha256(token), digest));
}

/** The token in an `Authorization` header: `token T`, `Bearer T`, or `Basic` with T as the password. */
export function offeredToken(authorization: string | undefined): string | undefined {
  const [scheme = '', value = ''] = authorization?.trim().split(/\s+/, 2) ?? [];
  if (/^(token|bearer)$/i.test(scheme)) return value;
  if (!/^basic$/i.test(scheme)) return undefined;
  const [, ...password] = Buffer.from(value, 'base64').toString('utf8').split(':');
  return password.join(':');
}

function newToken(): string {
  return `foundry_lab_${randomBytes(20).toString('hex')}`;
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
