import { readFile } from 'node:fs/promises';
import { readPackageEntries } from '../../adapters/apk/package-entries.ts';
import { openPackage, verifyData } from '../../adapters/apk/package-file.ts';
import type { SigningKey } from '../../adapters/apk/keys.ts';
import { parseApkVersion } from '../../adapters/apk/version.ts';
import { writePackage, type PackageEntry } from '../../adapters/apk/write-package.ts';
import { signAndWrite, type BuiltPackage } from './build-packages.ts';

const DAY_SECONDS = 86_400;

/** What a patched package differs in. */
export interface PatchOptions {
  readonly built: BuiltPackage;
  /** The patched package is written here as `<name>-<version>.apk`. */
  readonly folder: string;
  readonly signingKey: SigningKey;
  /** One sentence that goes into a marker file of the package, `usr/share/foundry-lab/<name>.txt`. */
  readonly note: string;
}

/**
 * Makes the next revision of a package: the same contents and a marker file, `-r<n+1>`, built a day later.
 * Same input, same bytes.
 */
export async function patchPackage(options: PatchOptions): Promise<BuiltPackage> {
  const { built } = options;
  const file = await openPackage(await readFile(built.path), built.path);
  verifyData(file, built.path);
  const marker = `usr/share/foundry-lab/${built.name}.txt`;
  const entries: PackageEntry[] = [];
  for await (const entry of readPackageEntries(file, built.path)) {
    if (entry.path !== marker) entries.push(entry);
  }
  entries.push({ type: 'file', path: marker, mode: 0o644, content: Buffer.from(`${options.note}\n`) });
  const version = nextRevision(file.info.version);
  const patched = await writePackage(
    {
      ...file.info,
      version,
      buildTime: file.info.buildTime + DAY_SECONDS,
      provides: file.info.provides.map((provided) =>
        provided.replace(`=${file.info.version}`, `=${version}`),
      ),
    },
    entries,
  );
  return await signAndWrite(patched, options.folder, options.signingKey);
}

/** The version with its `-r` one higher. */
function nextRevision(version: string): ReturnType<typeof parseApkVersion> {
  const [, upstream = version, revision = '0'] = /^(.*)-r(\d+)$/.exec(version) ?? [];
  return parseApkVersion(`${upstream}-r${Number(revision) + 1}`, 'patched version');
}
