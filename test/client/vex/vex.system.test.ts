import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { cloneBranch } from '../../../adapters/git/checkout.ts';
import { SAMPLE } from '../../domain/pins/sample-pins.ts';
import { git, REPOSITORY, type RunningForge, startForge } from '../../lab/forge/start-forge.ts';
import { type Ended, foundry } from '../foundry-in-process.ts';
import { profileText } from './profile-text.ts';

const CVE = 'CVE-2026-4242';
const STATED = ['--status', 'not_affected', '--justification', 'vulnerable_code_not_present'] as const;
const SIGNED_OFF = ['--reason', 'built without it', '--expires', '2099-12-31'] as const;
const BLOCK = `
vex "CVE-2026-4242" {
  variants      = ["standard", "distroless"]
  status        = "not_affected"
  justification = "vulnerable_code_not_present"
  owner         = "b@example.com"
  reason        = "built without it"
  expires       = "2099-12-31"
}
`;

let forge: RunningForge;
let profile: string;

beforeAll(async () => {
  forge = await startForge();
  profile = join(forge.world.stateDir, 'profile.hcl');
  await writeFile(join(forge.world.stateDir, 'token'), forge.writer);
  await writeFile(profile, profileText(forge));
});
afterAll(async () => await forge.stop());
beforeEach(async () => await putPins(SAMPLE));

const vex = (...argv: string[]): Promise<Ended> =>
  foundry(['vex', ...argv, '--profile', profile], { USER: 'somebody' });

/** A clone of the forge's branch, in a folder of its own. */
async function cloned(): Promise<{ text: string; folder: string }> {
  const folder = await mkdtemp(join(forge.world.stateDir, 'clone-'));
  const checkout = await cloneBranch({ url: forge.address, branch: 'main', token: forge.writer }, folder);
  return { text: (await checkout.read('versions.hcl')) ?? '', folder };
}

async function putPins(text: string): Promise<void> {
  const folder = await mkdtemp(join(forge.world.stateDir, 'put-'));
  const checkout = await cloneBranch({ url: forge.address, branch: 'main', token: forge.writer }, folder);
  if ((await checkout.read('versions.hcl')) !== text) await checkout.commit({ 'versions.hcl': text }, 'Pins');
}

describe('foundry vex add', () => {
  test('commits the statement alone, with a message that says what and why', async () => {
    const before = await forge.head();
    const variants = ['--variant', 'standard', '--variant', 'distroless'];
    const { code, out } = await vex(
      'add',
      CVE,
      ...STATED,
      ...SIGNED_OFF,
      '--owner',
      'b@example.com',
      ...variants,
    );
    const commit = await forge.head();
    expect([code, out]).toEqual([
      0,
      `committed as ${commit}: ${CVE} is stated not_affected until 2099-12-31; a release of that commit signs it and attaches it\n`,
    ]);
    const { text, folder } = await cloned();
    expect(text).toBe(SAMPLE + BLOCK);
    expect((await git(folder, 'fetch', '--quiet', '--unshallow')).exitCode).toBe(0);
    expect((await git(folder, 'log', '-1', '--format=%P%n%B')).stdout.trim()).toBe(
      `${before}\nState that ${CVE} is not affected\n\nbuilt without it\n\nnot_affected (vulnerable_code_not_present) for standard and distroless, by b@example.com until 2099-12-31.`,
    );
    expect((await git(folder, 'diff', '--stat', `${before}..${commit}`)).stdout).toContain('1 file changed');
  });

  test('is of whoever asks when no owner is named', async () => {
    const { code, out } = await vex('add', CVE, ...STATED, ...SIGNED_OFF, '--output', 'json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ kind: 'vex', data: { cve: CVE, commit: await forge.head() } });
    expect((await cloned()).text).toMatch(/owner {9}= "somebody@\S+"/);
  });

  test.each<[string, string[], string]>([
    ['an unknown status', ['--status', 'fine', ...SIGNED_OFF], 'Allowed choices are not_affected, fixed'],
    ['no status', [...SIGNED_OFF], "required option '--status <status>' not specified"],
    ['no reason', [...STATED, '--expires', '2099-12-31'], "required option '--reason <text>' not specified"],
    ['a missing justification', ['--status', 'not_affected', ...SIGNED_OFF], '--justification: goes with'],
    [
      'a variant that there is not',
      [...STATED, ...SIGNED_OFF, '--variant', 'tiny'],
      'Allowed choices are standard',
    ],
    ['a day that is over', [...STATED, '--reason', 'x', '--expires', '2026-01-01'], 'is over'],
  ])('refuses %s, and commits nothing', async (_name, options, reason) => {
    const before = await forge.head();
    const { code, err } = await vex('add', CVE, ...options);
    expect([code, err]).toEqual([2, expect.stringContaining('error[FND_BAD_INPUT]')]);
    expect(err).toContain(reason);
    expect(await forge.head()).toBe(before);
  });

  test('refuses pins that cannot be read, with the place', async () => {
    await putPins(`${SAMPLE}\nvex "CVE-2026-1" {\n`);
    const { code, err } = await vex('add', CVE, ...STATED, ...SIGNED_OFF);
    expect([code, err]).toEqual([2, expect.stringContaining('error[FND_BAD_PINS]: versions.hcl:1')]);
  });
});

test('foundry vex list shows what is stated, and what is over', async () => {
  const { code, out } = await vex('list');
  expect(code).toBe(0);
  expect(out.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
    ['CVE', 'STATUS', 'UNTIL', 'FOR', 'BY', 'WHY'],
    ['CVE-2026-0001', 'fixed', '2026-01-31 (over)', 'all', 'a@example.com', 'our patch is in it'],
    [
      'CVE-2026-0002',
      'not_affected',
      expect.stringMatching(/^2026-12-31/),
      'standard',
      'a@example.com',
      'vulnerable_code_not_in_execute_path: nothing here calls it',
    ],
    [
      'CVE-2026-0003',
      'affected',
      expect.stringMatching(/^2026-12-31/),
      'all',
      'a@example.com',
      expect.anything(),
    ],
    [''],
  ]);
  const { data } = JSON.parse((await vex('list', '--output', 'json')).out) as { data: object };
  expect(data).toMatchObject({
    commit: await forge.head(),
    statements: [
      { cve: 'CVE-2026-0001', isExpired: true },
      { cve: 'CVE-2026-0002' },
      { cve: 'CVE-2026-0003' },
    ],
  });
});

describe('foundry vex remove', () => {
  test('takes back what was added, to the byte', async () => {
    expect((await vex('add', CVE, ...STATED, ...SIGNED_OFF)).code).toBe(0);
    const { code, out } = await vex('remove', CVE);
    expect([code, out]).toEqual([0, `committed as ${await forge.head()}: nothing is stated about ${CVE}\n`]);
    expect((await cloned()).text).toBe(SAMPLE);
  });

  test('refuses a CVE that is not stated', async () => {
    const { code, err } = await vex('remove', CVE);
    expect([code, err]).toEqual([2, expect.stringContaining(`versions.hcl states nothing about ${CVE}`)]);
  });
});

test('where a policy wants pull requests, the branch is left alone and one is opened', async () => {
  await putPins(SAMPLE.replace('mode     = "push"', 'mode     = "pull-request"'));
  const before = await forge.head();
  const { code, out } = await vex('add', CVE, ...STATED, ...SIGNED_OFF, '--output', 'json');
  expect(code).toBe(0);
  expect(await forge.head()).toBe(before);
  const { data } = JSON.parse(out) as { data: { commit: string; pullRequest: string } };
  const { data: pulls } = await forge.octokit.rest.pulls.list({ ...REPOSITORY, state: 'open' });
  expect(pulls.map(({ title, html_url: url, head }) => [title, url, head.sha])).toEqual([
    [`State that ${CVE} is not affected`, data.pullRequest, data.commit],
  ]);
  expect((await vex('add', CVE, ...STATED, ...SIGNED_OFF)).out).toContain(`proposed as ${data.pullRequest}`);
  const again = await vex('add', CVE, ...STATED, ...SIGNED_OFF, '--output', 'json');
  expect((JSON.parse(again.out) as { data: object }).data).toEqual(data);
});
