import { createHmac } from 'node:crypto';

/** What OpenSSL authenticates the module with; public, in the `Configure` of 3.1.2. */
const KEY = Buffer.from('f4556650ac31d35461610bac4ed81b1a181b2d8a43ea2854cbae22ca74560813', 'hex');

/** The MAC of a `fips.so` as its configuration writes it, computed by another implementation than the one that is tested. */
export function moduleMac(module: Uint8Array): string {
  const hex = createHmac('sha256', KEY).update(module).digest('hex').toUpperCase();
  return hex.match(/../g)?.join(':') ?? '';
}
