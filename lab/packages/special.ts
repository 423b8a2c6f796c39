import { posix } from 'node:path';
import type { PackageEntry } from '../../adapters/apk/write-package.ts';
import { FoundryError } from '../../domain/errors.ts';
import type { CatalogueEntry } from './catalogue-entry.ts';

const APPLET_NAME = /^(\[\[?|[a-z0-9][a-z0-9_.-]*)$/;
/** Debian's build has commands of Debian's own package manager; on Wolfi they would mislead. */
const NOT_ON_WOLFI = new Set(['dpkg', 'dpkg-deb', 'linuxrc', 'rpm', 'rpm2cpio']);
const SURELY_THERE = ['cat', 'ls', 'sh', 'tar', 'wget'];

/** The step that is a package's own. Returns its files; throws FND_BAD_DATA when they are not what the step expects. */
export function applySpecial(
  special: CatalogueEntry['special'],
  entries: readonly PackageEntry[],
): PackageEntry[] {
  switch (special) {
    case 'busybox':
      return withAppletList(entries);
    case 'certificate-bundle':
      return [certificateBundle(entries)];
    case 'apk-tools':
      return [...entries, file('usr/bin/apk', APK_STAND_IN, 0o755)];
    case undefined:
      return [...entries];
  }
  throw new FoundryError('FND_BAD_INPUT', `no such step: ${String(special satisfies undefined)}`);
}

const APK_STAND_IN = `#!/bin/sh
echo "This is the stand-in for apk-tools in the foundry's lab. It installs nothing." >&2
exit 1
`;

/** The commands a busybox program has built in: its table of names, sorted and separated by zeros, that begins with `[`. */
export function busyboxApplets(program: Uint8Array): string[] {
  const bytes = Buffer.from(program);
  let at = bytes.indexOf('\0[\0[[\0', 0, 'latin1');
  const applets: string[] = [];
  while (at >= 0 && at + 1 < bytes.length) {
    const end = bytes.indexOf(0, at + 1);
    const name = bytes.subarray(at + 1, end).toString('latin1');
    if (end < 0 || !APPLET_NAME.test(name) || name <= (applets.at(-1) ?? '')) break;
    applets.push(name);
    at = end;
  }
  if (SURELY_THERE.every((name) => applets.includes(name))) return applets;
  throw new FoundryError(
    'FND_BAD_DATA',
    `busybox: its table of commands was not found (got ${applets.length} names)`,
  );
}

/** Wolfi's busybox lists the links to make in `etc/busybox-paths.d`; apko makes them when it composes an image. */
function withAppletList(entries: readonly PackageEntry[]): PackageEntry[] {
  const program = entries.find((entry) => entry.path === 'usr/bin/busybox');
  if (program?.type !== 'file')
    throw new FoundryError('FND_BAD_DATA', 'busybox: there is no usr/bin/busybox');
  const applets = busyboxApplets(program.content).filter((name) => !NOT_ON_WOLFI.has(name));
  const paths = applets.map((name) => `/usr/bin/${name}\n`);
  return [program, file('etc/busybox-paths.d/busybox', paths.join(''), 0o644)];
}

function certificateBundle(entries: readonly PackageEntry[]): PackageEntry {
  const certificates = entries
    .filter((entry) => entry.type === 'file' && entry.path.endsWith('.crt'))
    .sort((a, b) => (posix.basename(a.path) < posix.basename(b.path) ? -1 : 1))
    .map((entry) => (entry.type === 'file' ? Buffer.from(entry.content).toString('utf8').trim() : ''));
  if (certificates.length === 0)
    throw new FoundryError('FND_BAD_DATA', 'ca-certificates: there is no certificate');
  return file('etc/ssl/certs/ca-certificates.crt', `${certificates.join('\n')}\n`, 0o644);
}

function file(path: string, text: string, mode: number): PackageEntry {
  return { type: 'file', path, mode, content: Buffer.from(text) };
}
