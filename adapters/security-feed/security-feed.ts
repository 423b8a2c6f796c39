import { z } from 'zod';
import { FoundryError } from '../../domain/errors.ts';
import { type ApkVersion, compareApkVersions, isApkVersion } from '../apk/version.ts';

/** A secdb as distributions of apk packages publish it, with the fields we read. */
const SecurityDatabase = z.object({
  packages: z.array(
    z.object({
      pkg: z.object({ name: z.string().min(1), secfixes: z.record(z.string(), z.array(z.string())) }),
    }),
  ),
});

/** What a package's source fixed in one version. */
interface Fix {
  readonly version: ApkVersion;
  readonly ids: readonly string[];
}

/** Which version fixes what, by the name of the source (`origin`) of the packages. */
export type SecurityFeed = ReadonlyMap<string, readonly Fix[]>;

/**
 * Reads a security feed. A version that is none, such as the `0` of what never was vulnerable, fixes nothing that is there. Throws
 * FND_BAD_DATA.
 */
export function readSecurityFeed(text: string, what: string): SecurityFeed {
  const feed = new Map<string, readonly Fix[]>();
  for (const { pkg } of parse(text, what).packages) {
    const fixes = Object.entries(pkg.secfixes).flatMap(([version, entries]) =>
      isApkVersion(version) ? [{ version, ids: entries.flatMap((entry) => entry.split(/\s+/)) }] : [],
    );
    feed.set(pkg.name, [...(feed.get(pkg.name) ?? []), ...fixes]);
  }
  return feed;
}

/** What is fixed in a version and was not in the one before: ids of vulnerabilities, sorted. */
export function fixesBetween(
  feed: SecurityFeed,
  origin: string,
  { from, to }: { readonly from: ApkVersion; readonly to: ApkVersion },
): string[] {
  const ids = (feed.get(origin) ?? [])
    .filter(({ version }) => compareApkVersions(version, from) > 0 && compareApkVersions(version, to) <= 0)
    .flatMap((fix) => fix.ids)
    .filter((id) => id !== '');
  return [...new Set(ids)].toSorted();
}

function parse(text: string, what: string): z.infer<typeof SecurityDatabase> {
  try {
    return SecurityDatabase.parse(JSON.parse(text));
  } catch (cause) {
    throw new FoundryError('FND_BAD_DATA', `${what} is not a security feed`, { cause });
  }
}
