import { canonicalJson } from '../../../domain/pins/canonical-json.ts';
import { VARIANTS } from '../../../domain/pins/variant.ts';
import type { Versions } from '../../../domain/pins/versions.ts';

/** What a release of these pins makes anew: `provider`, `core`, and the variants. */
export function rebuildsBetween(before: Versions, after: Versions): string[] {
  const isBuildNew = isOther(before.packages.build?.versions, after.packages.build?.versions);
  const isProviderNew = isBuildNew || isOther(sourceOf(before, 'provider'), sourceOf(after, 'provider'));
  const isCoreNew = isBuildNew || isOther(sourceOf(before, 'core'), sourceOf(after, 'core'));
  const isBaseNew = before.base.digest !== after.base.digest;
  const variants = after.variants.filter(
    (variant) =>
      isProviderNew ||
      isCoreNew ||
      (isBaseNew && variant !== 'distroless') ||
      isOther(before.packages[variant]?.versions, after.packages[variant]?.versions),
  );
  return [
    ...(isProviderNew ? ['provider'] : []),
    ...(isCoreNew ? ['core'] : []),
    ...VARIANTS.filter((variant) => variants.includes(variant)),
  ];
}

function sourceOf(versions: Versions, name: 'core' | 'provider'): Record<string, string | number> {
  const { version, released, revision, sha256 } = versions[name];
  return { version, released, revision, sha256: sha256 ?? '' };
}

function isOther(
  a: Readonly<Record<string, string | number>> = {},
  b: Readonly<Record<string, string | number>> = {},
): boolean {
  return canonicalJson(a) !== canonicalJson(b);
}
