import { FoundryError } from '../errors.ts';
import type { OciDigest, Sha256 } from '../digest.ts';
import { pathText } from './read-versions.ts';
import type { Purpose } from './variant.ts';
import type { Versions } from './versions.ts';

/** A pin that `versions.hcl` leaves open. */
export interface OpenPin {
  readonly path: readonly string[];
  /** What is missing, in words. */
  readonly what: string;
}

/** Versions in which no pin is open. Made only by {@link requirePins}. */
export type PinnedVersions = Versions & {
  readonly core: { readonly sha256: Sha256 };
  readonly provider: { readonly sha256: Sha256 };
  readonly base: { readonly digest: OciDigest };
  readonly repository: { readonly key: { readonly sha256: Sha256 } };
  readonly packages: { readonly [P in Purpose]?: { readonly versions: Readonly<Record<string, string>> } };
};

/** The pins that are open, in the order of the file. A package that is asked for and has no version is one of them. */
export function missingPins(versions: Versions): OpenPin[] {
  const { core, provider, base, repository, packages } = versions;
  const pins: OpenPin[] = [];
  if (core.sha256 === undefined)
    pins.push({ path: ['core', 'sha256'], what: `the archive of ${core.version}` });
  if (provider.sha256 === undefined) {
    pins.push({ path: ['provider', 'sha256'], what: `the archive of ${provider.version}` });
  }
  if (base.digest === undefined) pins.push({ path: ['base', 'digest'], what: `the digest of ${base.image}` });
  if (repository.key.sha256 === undefined) {
    pins.push({ path: ['repository', 'key', 'sha256'], what: 'the key that signs the package index' });
  }
  for (const [purpose, block] of Object.entries(packages)) {
    const path = ['packages', purpose, 'versions'];
    const { versions: pinned, roots } = block;
    if (pinned === undefined) pins.push({ path, what: 'the packages, each at its exact version' });
    else {
      const open = roots.filter((name) => !Object.hasOwn(pinned, name));
      pins.push(...open.map((name) => ({ path: [...path, name], what: `the exact version of ${name}` })));
    }
  }
  return pins;
}

/**
 * The same versions, known to be complete. Throws FND_UNPINNED that names every open pin and the command that writes them.
 * `file` names the versions in the message.
 */
export function requirePins(versions: Versions, file: string): PinnedVersions {
  const pins = missingPins(versions);
  if (pins.length === 0) return versions as PinnedVersions;
  const count = pins.length === 1 ? '1 pin' : `${pins.length} pins`;
  const lines = pins.map(({ path, what }) => `  ${pathText(path)}: ${what}`);
  throw new FoundryError('FND_UNPINNED', [`${file} leaves ${count} open:`, ...lines].join('\n'), {
    hint: 'Run `./foundry ingest`: it resolves, verifies and writes them.',
  });
}
