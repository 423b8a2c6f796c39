import { z } from 'zod';
import type { OciDigest, Sha256 } from '../digest.ts';

const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost']);
const MILLISECONDS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A text with something in it, on one line. */
export const Line = z
  .string()
  .regex(/^[^\s](?:[^\r\n]*[^\s])?$/, 'expected a text on one line, without spaces around it');

/** 64 lower-case hex digits. */
export const Sha256Text = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'expected a SHA-256: 64 lower-case hex digits')
  .transform((text) => text as Sha256);

/** An image or manifest digest. */
export const OciDigestText = z
  .string()
  .regex(/^sha256:[0-9a-f]{64}$/, 'expected a digest: sha256: and 64 lower-case hex digits')
  .transform((text) => text as OciDigest);

/** A git commit, in full. */
export const CommitId = z.string().regex(/^[0-9a-f]{40}$/, 'expected a commit of 40 lower-case hex digits');

/** An OpenPGP v4 fingerprint. */
export const Fingerprint = z
  .string()
  .regex(/^[0-9A-F]{40}$/, 'expected a fingerprint: 40 upper-case hex digits without spaces');

/** An OpenSSL version. */
export const OpensslVersion = z
  .string()
  .regex(
    /^(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*)){2}$/,
    'expected a version of three numbers, such as 3.5.8',
  );

/** The name of an apk package. */
export const PackageName = z
  .string()
  .regex(/^[a-zA-Z0-9][a-zA-Z0-9+._-]{0,127}$/, 'expected the name of an apk package');

/** An exact apk version with its revision. The order of versions is not ours to know here. */
export const PackageVersion = z
  .string()
  .regex(
    /^[0-9][0-9a-z._~]{0,100}-r[0-9]{1,10}$/,
    'expected an exact apk version with its revision, such as 5.3-r2',
  );

/** A day, midnight to midnight in UTC. */
export const Day = z.iso.date('expected a day as YYYY-MM-DD');

/** A span of time in minutes, hours or days. */
export const DurationText = z
  .string()
  .regex(/^[1-9][0-9]{0,3}[mhd]$/, 'expected a time such as 30m, 12h or 7d');

/** An address without credentials; without TLS only on this machine. */
export const Address = z.string().superRefine((text, context) => {
  const reason = reasonAgainstAddress(text);
  if (reason !== undefined) context.addIssue({ code: 'custom', message: reason });
});

/** An image by name and tag. Its digest is a pin of its own. */
export const ImageReference = z
  .string()
  .regex(
    /^[a-z0-9.-]+(?::[0-9]{1,5})?(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)+:[\w][\w.-]{0,127}$/,
    'expected an image as host/repository:tag, without a digest',
  );

/** How long a {@link DurationText} is, in milliseconds. */
export function durationMs(text: string): number {
  const unit = text.at(-1) as keyof typeof MILLISECONDS;
  return Number(text.slice(0, -1)) * MILLISECONDS[unit];
}

function reasonAgainstAddress(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:\/\/[^\s\\]+$/.test(text))
    return 'expected an address that begins with https://';
  if (url.username !== '' || url.password !== '') return 'an address must not hold credentials';
  if (url.hash !== '') return 'an address must not have a fragment';
  if (url.protocol === 'http:' && !LOOPBACK.has(url.hostname))
    return 'http:// is allowed on this machine alone; use https://';
  return undefined;
}
