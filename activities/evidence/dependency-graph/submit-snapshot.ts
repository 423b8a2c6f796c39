import { PackageURL } from 'packageurl-js';
import { RequestError } from 'octokit';
import { z } from 'zod';
import type { Github } from '../../../adapters/github/open-github.ts';
import { FoundryError } from '../../../domain/errors.ts';
import { readPurl, type Snapshot } from './snapshot.ts';

const Answer = z.object({ id: z.int(), result: z.string(), message: z.string() });

/** What the forge made of a snapshot. */
export interface Submitted {
  readonly id: number;
  readonly result: string;
  /** As it was accepted. */
  readonly snapshot: Snapshot;
  /** Types of purl that the forge does not know, whose packages it was told as `generic`. */
  readonly degraded: readonly string[];
}

const ACCEPTED = new Set(['SUCCESS', 'ACCEPTED']);
const REFUSED_TYPE = /\b(?:package[- ]?url|purl) type:?\s*["'`]?([a-z][a-z0-9.+-]*)/i;
const GENERIC = 'generic';

/**
 * Tells a forge what a commit depends on. Where it does not know a type of purl, packages of that type are told as `generic`: the
 * inventory is then complete, and only less exact. Throws FND_BAD_DATA when it is refused or not accepted for any other reason, and what
 * the forge's API throws.
 */
export async function submitSnapshot(github: Github, snapshot: Snapshot): Promise<Submitted> {
  const degraded: string[] = [];
  let told = snapshot;
  for (;;) {
    const answer = await submit(github, told);
    if (!('refusedType' in answer)) return { ...accepted(answer, github), snapshot: told, degraded };
    const { refusedType, error } = answer;
    // A type that nothing has, or that is refused again, is another refusal than this one.
    if (refusedType === GENERIC || !hasType(told, refusedType))
      throw new FoundryError('FND_BAD_DATA', `${github.name} refuses the snapshot: ${error.message}`, {
        cause: error,
      });
    degraded.push(refusedType);
    told = asGeneric(told, refusedType);
  }
}

/** The same snapshot with the packages of one type as `generic`, at the same name and version; the type stands in `purl_type`. */
function asGeneric(snapshot: Snapshot, type: string): Snapshot {
  const changed = (text: string): string => {
    const purl = PackageURL.fromString(text);
    if (purl.type !== type) return text;
    const { namespace, name, version, qualifiers, subpath } = purl;
    const told = { ...qualifiers, purl_type: type };
    return readPurl(new PackageURL(GENERIC, namespace, name, version, told, subpath).toString());
  };
  const manifests = Object.entries(snapshot.manifests).map(([key, manifest]) => {
    const resolved = Object.values(manifest.resolved).map((one) => {
      const purl = changed(one.package_url);
      return [purl, { ...one, package_url: purl, dependencies: one.dependencies.map(changed) }];
    });
    return [key, { ...manifest, resolved: Object.fromEntries(resolved) }];
  });
  return { ...snapshot, manifests: Object.fromEntries(manifests) };
}

async function submit(
  github: Github,
  snapshot: Snapshot,
): Promise<z.infer<typeof Answer> | { refusedType: string; error: RequestError }> {
  return await github.ask('the dependency graph', async (octokit, repository) => {
    try {
      const { data } = await octokit.rest.dependencyGraph.createRepositorySnapshot({
        ...repository,
        ...snapshot,
      });
      return Answer.parse(data);
    } catch (error) {
      const refusedType =
        error instanceof RequestError && error.status === 422 ? typeIn(error.message) : undefined;
      if (refusedType === undefined || !(error instanceof RequestError)) throw error;
      return { refusedType, error };
    }
  });
}

function accepted(
  { id, result, message }: z.infer<typeof Answer>,
  { name }: Github,
): { id: number; result: string } {
  if (ACCEPTED.has(result)) return { id, result };
  throw new FoundryError('FND_BAD_DATA', `${name} does not accept the snapshot: ${result}: ${message}`);
}

function typeIn(message: string): string | undefined {
  return REFUSED_TYPE.exec(message)?.[1]?.toLowerCase();
}

function hasType({ manifests }: Snapshot, type: string): boolean {
  return Object.values(manifests).some(({ resolved }) =>
    Object.keys(resolved).some((purl) => purl.startsWith(`pkg:${type}/`)),
  );
}
