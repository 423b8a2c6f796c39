import { z } from 'zod';
import { ApiError } from '../api-error.ts';
import type { Answer, ApiRequest, Endpoint, ForgeContext } from '../endpoint.ts';
import { SETTINGS } from '../settings.ts';
import type { Collection } from '../store.ts';
import { parseBody } from './git-input.ts';

/** Dependency submission. The newest snapshot of a correlator and detector replaces the one before. */
export const dependencyGraphEndpoints: readonly Endpoint[] = [
  {
    operation: 'POST /repos/{owner}/{repo}/dependency-graph/snapshots',
    access: 'write',
    on: 'lab',
    handle: createSnapshot,
  },
];

const SnapshotBody = z.object({
  job: z.object({ correlator: z.string().min(1) }),
  detector: z.object({ name: z.string().min(1) }),
  sha: z.string(),
  ref: z.string(),
  manifests: z
    .record(
      z.string(),
      z.object({
        resolved: z.record(z.string(), z.object({ package_url: z.string().optional() })).default({}),
      }),
    )
    .default({}),
});

const Stored = z.object({
  id: z.int(),
  at: z.iso.datetime(),
  correlator: z.string(),
  detector: z.string(),
  snapshot: z.unknown(),
});
const Snapshots = z.object({ submitted: z.int(), current: z.array(Stored) });
const SNAPSHOTS: Collection<z.infer<typeof Snapshots>> = {
  file: 'snapshots.json',
  schema: Snapshots,
  empty: { submitted: 0, current: [] },
};

/** `pkg:type/namespace/name@version?qualifiers#subpath`, without the parts that need no check here. */
const PURL = /^pkg:\/*([a-z][a-z0-9.+-]*)\/(?:[^@?#/]+\/)*[^@?#/]+(?:@[^?#/]+)?(?:\?[^#]+)?(?:#.+)?$/i;

async function createSnapshot({ body }: ApiRequest, forge: ForgeContext): Promise<Answer> {
  const given = parseBody(SnapshotBody, body);
  const { refusedPurlTypes } = await forge.store.read(SETTINGS);
  for (const { resolved } of Object.values(given.manifests)) {
    for (const { package_url: purl } of Object.values(resolved)) demandPurl(purl, refusedPurlTypes);
  }
  const at = forge.now().toISOString();
  const { correlator } = given.job;
  const detector = given.detector.name;
  const { submitted: id } = await forge.store.update(SNAPSHOTS, ({ submitted, current }) => ({
    submitted: submitted + 1,
    current: [
      ...current.filter((other) => other.correlator !== correlator || other.detector !== detector),
      { id: submitted + 1, at, correlator, detector, snapshot: body },
    ],
  }));
  const message = 'Dependency results for the repo have been successfully accepted by the lab.';
  return { status: 201, body: { id, created_at: at, result: 'ACCEPTED', message } };
}

/** One package URL that cannot be used refuses the whole submission, as the service does. */
function demandPurl(purl: string | undefined, refusedTypes: readonly string[]): void {
  if (purl === undefined) return;
  const type = PURL.exec(purl)?.[1]?.toLowerCase();
  if (type === undefined) throw new ApiError(422, `invalid package url: ${JSON.stringify(purl)}`);
  if (refusedTypes.includes(type)) throw new ApiError(422, `invalid package url type: ${type}`);
}
