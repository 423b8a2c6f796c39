import { cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  type AuditDependencies,
  type AuditOrder,
  createAuditActivities,
} from '../../../activities/audit/audit-activities.ts';
import { KICS_CANARIES } from '../../../activities/audit/kics-canaries.ts';
import { resolveDirectories } from '../../../adapters/directories/directories.ts';
import type { ArtifactStore } from '../../../adapters/store/artifact-store.ts';
import { openDirectoryStore } from '../../../adapters/store/directory-store.ts';
import { readText } from '../../../adapters/store/read-bytes.ts';
import { openToolchain, type Toolchain } from '../../../adapters/toolchain/toolchain.ts';
import { Check, type StageOutcome } from '../../../domain/release/check.ts';
import { ownTree } from './own-tree.ts';

const INJECTION = `on:
  pull_request_target:
permissions:
  contents: read
jobs:
  greet:
    runs-on: ubuntu-24.04
    steps:
      - run: echo "\${{ github.event.pull_request.title }}"
`;
const GREET = '.github/workflows/greet.yml';
const FINDING = /^KICS-20f14e1a-a899-4e79-9f09-b6a84cd4649b\.[0-9a-f]{16}$/;
const TODAY = new Date('2026-11-22T12:00:00Z');

let place: string;
let store: ArtifactStore;
let tools: Toolchain;
let own: ReadonlyMap<string, string>;

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'foundry-audit-'));
  store = openDirectoryStore(join(place, 'store'));
  tools = await openToolchain(resolveDirectories(process.env), process.env);
  own = await ownTree();
});

afterAll(async () => {
  await rm(place, { recursive: true, force: true });
});

/** Our own tree without its manifests and containers, because their queries take most of the time, with other files. */
function withoutManifests(more: Record<string, string>): ReadonlyMap<string, string> {
  return new Map([
    ...[...own].filter(([path]) => !/^(?:deploy\/|docker-compose)/.test(path)),
    ...Object.entries(more),
  ]);
}

interface Audited extends StageOutcome {
  readonly checks: readonly Check[];
}

async function audit(
  tree: ReadonlyMap<string, string>,
  order: Partial<AuditOrder> = {},
  change: Partial<AuditDependencies> = {},
): Promise<Audited> {
  const infrastructure: Record<string, AuditOrder['infrastructure'][string]> = {};
  for (const [path, text] of tree) infrastructure[path] = await store.put(Buffer.from(text), 'text/plain');
  const dependencies = { store, tools, report: () => undefined, now: () => TODAY, ...change };
  const outcome = await createAuditActivities(dependencies).audit({
    infrastructure,
    severity: 'medium',
    waivers: {},
    ...order,
  });
  const evidence = await readText(store, outcome.evidence);
  return { ...outcome, checks: z.object({ checks: z.array(Check) }).parse(JSON.parse(evidence)).checks };
}

const findingsOf = ({ checks }: Audited): Check[] => checks.filter(({ id }) => FINDING.test(id));
const checkOf = ({ checks }: Audited, id: string): Check | undefined => checks.find((one) => one.id === id);

describe('the audit with the real KICS', () => {
  it('passes our own tree, and stops a privileged pod, a root image and a privileged service in it', async () => {
    const good = await audit(own);
    expect(good.failed).toEqual([]);
    expect(good.verdict).toBe('pass');
    expect(checkOf(good, 'KICS-RUN')?.detail).toContain('Kubernetes 142');

    const bad = await audit(
      new Map([
        ...own,
        ['deploy/kubernetes/pod.yaml', KICS_CANARIES.Kubernetes.text],
        ['deploy/Dockerfile', KICS_CANARIES.Dockerfile.text],
        ['tools/demo/compose.yaml', KICS_CANARIES.DockerCompose.text],
      ]),
    );
    expect(bad.verdict).toBe('fail');
    expect(checkOf(bad, 'KICS-RUN')?.verdict).toBe('pass');
    for (const { id, file, line } of [
      { id: KICS_CANARIES.Kubernetes.queryId, file: 'deploy/kubernetes/pod.yaml', line: 11 },
      { id: KICS_CANARIES.Dockerfile.queryId, file: 'deploy/Dockerfile', line: 2 },
      { id: KICS_CANARIES.DockerCompose.queryId, file: 'tools/demo/compose.yaml', line: 4 },
    ]) {
      expect(bad.checks).toContainEqual(
        expect.objectContaining({
          id: expect.stringContaining(`KICS-${id}.`),
          verdict: 'fail',
          detail: expect.stringContaining(`${file}:${line}: high`),
        }),
      );
    }
  });

  it('lets a finding pass by its waiver until the waiver expires', async () => {
    const tree = withoutManifests({ [GREET]: INJECTION });
    const stopped = await audit(tree);
    const [finding] = findingsOf(stopped);
    expect(stopped.verdict).toBe('fail');
    expect(finding).toMatchObject({ verdict: 'fail', detail: expect.stringContaining(`${GREET}:9: high`) });

    const waiver = { owner: 'a@example.com', reason: 'it only greets', expires: '2026-12-31' };
    const waivers = { [finding?.id ?? '']: waiver };
    const waived = await audit(tree, { waivers });
    expect(waived.verdict).toBe('pass');
    expect(findingsOf(waived)[0]?.detail).toContain(
      'Waived by a@example.com until 2026-12-31: it only greets',
    );

    const expired = await audit(tree, { waivers }, { now: () => new Date('2027-01-01T00:00:00Z') });
    expect(expired.verdict).toBe('fail');
    expect(findingsOf(expired)[0]?.detail).toContain('Its waiver has expired');
  });

  it('gives a finding the same id in every run, whatever else is in the tree', async () => {
    const [alone] = findingsOf(await audit(withoutManifests({ [GREET]: INJECTION })));
    const more = withoutManifests({ '.github/workflows/first.yml': INJECTION, [GREET]: INJECTION });
    const both = findingsOf(await audit(more));

    expect(both).toHaveLength(2);
    expect(both.map(({ id }) => id)).toContain(alone?.id);
  });
});

describe('an audit that did not see everything is none', () => {
  it('when KICS passes over a file because it is too large', async () => {
    const large = `${INJECTION}# ${'x'.repeat(6 * 1024 * 1024)}\n`;
    const outcome = await audit(withoutManifests({ [GREET]: large }));

    expect(outcome.verdict).toBe('not-run');
    expect(findingsOf(outcome)).toEqual([]);
    expect(checkOf(outcome, 'KICS-RUN')).toMatchObject({
      verdict: 'not-run',
      detail: `it did not read ${GREET}`,
    });
  });

  it('when KICS has lost its queries', async () => {
    const kics = await lameKics('no-queries', async (folder) => {
      await mkdir(join(folder, 'queries'));
    });
    const outcome = await audit(withoutManifests({ [GREET]: INJECTION }), {}, { tools: kics });

    expect(outcome.verdict).toBe('not-run');
    expect(checkOf(outcome, 'KICS-RUN')?.detail).toBe('it has no queries for CICD');
    expect(checkOf(outcome, 'KICS-CANARY-CICD')?.verdict).toBe('not-run');
  });

  it('when the query that must find the canary is not the one we know', async () => {
    const kics = await lameKics('other-queries', async (folder) => {
      await cp(join(tools.folder('kics'), 'queries/cicd'), join(folder, 'queries/cicd'), { recursive: true });
      await rm(join(folder, 'queries/cicd/github/run_block_injection'), { recursive: true });
    });
    const outcome = await audit(withoutManifests({ [GREET]: INJECTION }), {}, { tools: kics });

    expect(outcome.verdict).toBe('not-run');
    expect(checkOf(outcome, 'KICS-CANARY-CICD')?.verdict).toBe('not-run');
  });

  it('when there is nothing that KICS reads', async () => {
    const nothing = new Map([...own].filter(([path]) => path.startsWith('images/')));

    expect(checkOf(await audit(nothing), 'KICS-RUN')?.verdict).toBe('not-run');
  });
});

describe('what is not KICS is refused by name', () => {
  it('a tool without queries', async () => {
    const kics = await lameKics('bare', () => Promise.resolve());

    await expect(audit(own, {}, { tools: kics })).rejects.toMatchObject({ code: 'FND_TOOL_MISSING' });
  });

  it('a path that leads out of the folder', async () => {
    await expect(audit(new Map([['deploy/../../x.yaml', 'a: 1\n']]))).rejects.toMatchObject({
      code: 'FND_BAD_INPUT',
    });
  });
});

/** A folder of the real KICS with other queries. */
async function lameKics(
  name: string,
  fill: (folder: string) => Promise<void>,
): Promise<AuditDependencies['tools']> {
  const folder = join(place, name);
  await mkdir(folder);
  for (const part of ['kics', 'libraries', 'assets']) {
    await symlink(join(tools.folder('kics'), part), join(folder, part));
  }
  await fill(folder);
  return { folder: () => folder };
}
