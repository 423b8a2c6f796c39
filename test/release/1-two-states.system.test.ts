import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { PROFILE_FILE } from '../../adapters/profile/profile-path.ts';
import { type Endpoints, readEndpoints } from '../../services/endpoints.ts';
import { VARIANTS } from '../../domain/pins/variant.ts';
import { bringCompiled, SLOW_STEPS } from './compiled.ts';
import { CACHE, readAnswer, ReleasedLab } from './foundry.ts';
import { imageOf } from './released-images.ts';

const lab = new ReleasedLab(inject('state'));
const released = readAnswer(inject('released'));
let other: ReleasedLab;

beforeAll(async () => {
  other = new ReleasedLab(await mkdtemp(join(tmpdir(), 'foundry-other-')));
  const { code, stderr } = await other.foundry('up', '--only', 'temporal,registry,sigstore');
  if (code !== 0) throw new Error(`foundry up ended with ${code}:\n${stderr}`);
  await writeFile(join(other.state, PROFILE_FILE), await profileOfOther());
  await bringCompiled(other.state);
});
afterAll(async () => {
  await other.foundry('down');
  await rm(other.state, { recursive: true, force: true });
});

/** The upstream and the forge of the lab, and a registry and a Sigstore of its own. */
async function profileOfOther(): Promise<string> {
  const [theirs, own] = [await endpointsOf(lab), await endpointsOf(other)];
  const [upstream = '', signing = ''] = (await readFile(join(lab.state, PROFILE_FILE), 'utf8')).split(
    /^(?=signing )/m,
  );
  const moved = (Object.keys(theirs.sigstore) as (keyof typeof theirs.sigstore)[]).reduce(
    (text, name) => text.replaceAll(`"${theirs.sigstore[name]}"`, `"${own.sigstore[name]}"`),
    signing,
  );
  return (
    upstream
      .replace(`registry   = "${theirs.registry.host}"`, `registry   = "${own.registry.host}"`)
      .replace('"forge.token"', `"${join(lab.state, 'forge.token')}"`) + moved
  );
}

async function endpointsOf({ state }: ReleasedLab): Promise<{
  readonly registry: NonNullable<Endpoints['registry']>;
  readonly sigstore: NonNullable<Endpoints['sigstore']>;
}> {
  const { registry, sigstore } = await readEndpoints({ state, cache: CACHE });
  if (registry === null || sigstore === null) throw new Error(`the services of ${state} do not run`);
  return { registry, sigstore };
}

test('another state folder, with services, keys and builders of its own, makes the same three images of the same commit', async () => {
  const { code, answer } = await other.release(released.status.commit);
  expect([code, answer.how, answer.state]).toEqual([0, 'started', 'completed']);
  for (const variant of VARIANTS) {
    const [here, there] = [imageOf(released, variant), imageOf(answer, variant)];
    expect([variant, there.digest]).toEqual([variant, here.digest]);
    expect(there.registry).not.toBe(here.registry);
  }
  const parts = answer.status.stages.find(({ stage }) => stage === 'construct')?.parts ?? [];
  const built = parts.filter(
    ({ name }) => name.includes(' by builder ') && !SLOW_STEPS.some((step) => name.startsWith(step)),
  );
  expect(built.map(({ detail }) => detail)).toEqual(built.map(() => expect.stringMatching(/^built in /)));
  expect(built.length).toBeGreaterThan(0);
});

test('and the readers of each find it well', async () => {
  const { code, stdout } = await other.foundry('verify', released.status.commit);
  expect([code, stdout]).toEqual([0, expect.stringContaining(imageOf(released, 'standard').digest)]);
});
