import { beforeAll, describe, expect, it } from 'vitest';
import { blueprintPolicy } from '../../../activities/audit/blueprint-policy.ts';
import { POLICY_CANARY } from '../../../activities/audit/policy-canary.ts';
import type { Check } from '../../../domain/release/check.ts';
import { ownTree } from './own-tree.ts';

let own: ReadonlyMap<string, string>;
beforeAll(async () => {
  own = await ownTree();
});

const CORE = 'images/core.melange.yaml';
const BASE = 'images/base.apko.yaml';
const STANDARD = 'images/standard.apko.yaml';
const WORKFLOW = '.github/workflows/ci.yml';
const DIGEST = 'a'.repeat(64);

/** What the policy says of our own tree with changes. */
function judge(changes: Record<string, string | ((text: string) => string)>, id: string): Check {
  const tree = new Map(own);
  for (const [path, change] of Object.entries(changes)) {
    const before = tree.get(path) ?? '';
    const after = typeof change === 'string' ? change : change(before);
    if (after === before) throw new Error(`nothing was changed in ${path}`);
    tree.set(path, after);
  }
  const check = blueprintPolicy(tree).find((one) => one.id === id);
  if (check === undefined) throw new Error(`there is no check ${id}`);
  return check;
}

/** The line of the first text that a file holds. */
function lineOf(text: string, part: string): number {
  return text.slice(0, text.indexOf(part)).split('\n').length;
}

const swap = (from: string, to: string) => (text: string) => text.replace(from, to);
/** Puts a line of shell into a recipe. */
const shell = (line: string) => swap('make build_sw\n', `make build_sw\n      ${line}\n`);

describe('the policy over our own tree', () => {
  it('passes, every rule of it', () => {
    expect(blueprintPolicy(own).filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
  });

  it('has an id for every check', () => {
    const ids = blueprintPolicy(own).map(({ id }) => id);

    expect(new Set(ids).size).toBe(ids.length);
  });

  it('says in the same run that each of its rules can say no', () => {
    expect(judge({}, 'BLUEPRINT-CANARY')).toMatchObject({
      verdict: 'pass',
      detail: '15 rules said no to it',
    });
    expect(
      blueprintPolicy(POLICY_CANARY)
        .filter(({ verdict }) => verdict === 'pass')
        .map(({ id }) => id),
    ).toEqual(['BLUEPRINT-CANARY']);
  });
});

describe('every rule says no, with file and line', () => {
  it.each<[rule: string, path: string, change: string | ((text: string) => string), place: string]>([
    [
      'BLUEPRINT-SOURCE-PINNED',
      CORE,
      swap('expected-sha256: "{{core.sha256}}"', 'strip-components: 1'),
      'uri:',
    ],
    ['BLUEPRINT-SOURCE-PINNED', CORE, swap('"{{core.sha256}}"', '"abc"'), '"abc"'],
    ['BLUEPRINT-SOURCE-PINNED', CORE, swap('"{{core.sha256}}"', '"{{core.version}}"'), 'expected-sha256'],
    ['BLUEPRINT-KNOWN-STEPS', CORE, swap('uses: fetch', 'uses: git-checkout'), 'uses: git-checkout'],
    ['BLUEPRINT-KNOWN-STEPS', CORE, swap('uses: fetch', 'uses: autoconf/make'), 'uses: autoconf/make'],
    ['BLUEPRINT-NO-NETWORK', CORE, shell('curl -O x'), 'curl'],
    ['BLUEPRINT-NO-NETWORK', CORE, shell('/usr/bin/wget x'), '/usr/bin/wget'],
    ['BLUEPRINT-NO-NETWORK', CORE, shell('git clone x'), 'git clone'],
    ['BLUEPRINT-NO-NETWORK', CORE, shell('pip install x'), 'pip install'],
    ['BLUEPRINT-NO-NETWORK', CORE, shell('npm ci'), 'npm ci'],
    ['BLUEPRINT-NO-NETWORK', CORE, shell('go get x'), 'go get'],
    ['BLUEPRINT-NO-NETWORK', CORE, shell('cat < /dev/tcp/1.2.3.4/80'), '/dev/tcp'],
    ['BLUEPRINT-NO-NETWORK', CORE, shell('perl get.pl https://x.invalid'), 'perl get.pl'],
    ['BLUEPRINT-NO-IGNORED-FAILURES', CORE, shell('make test || true'), 'make test ||'],
    ['BLUEPRINT-NO-IGNORED-FAILURES', CORE, shell('make test ||:'), 'make test ||'],
    ['BLUEPRINT-NO-IGNORED-FAILURES', CORE, shell('set +e'), 'set +e'],
    ['BLUEPRINT-LOCAL-REPOSITORY', CORE, swap('- ./repository\n', '- https://x.invalid/os\n'), '- https://x'],
    ['BLUEPRINT-LOCAL-REPOSITORY', BASE, swap('- ./repository\n', '- "@local ./other"\n'), '- "@local'],
    ['BLUEPRINT-OWN-KEY', CORE, swap('./repository.rsa.pub', '/etc/apk/keys/x.pub'), '/etc/apk'],
    ['BLUEPRINT-EXACT-PACKAGES', CORE, swap('"{{build.packages}}"', 'gcc'), '- gcc'],
    ['BLUEPRINT-EXACT-PACKAGES', STANDARD, swap('"{{own.core}}"', 'bash>5'), '- bash>5'],
    ['BLUEPRINT-EXACT-PACKAGES', STANDARD, swap('"{{own.core}}"', 'bash~5.3-r1'), '- bash~'],
    [
      'BLUEPRINT-EXACT-PACKAGES',
      CORE,
      swap('- libssl3=${{package.full-version}}', '- libssl3'),
      '- libssl3\n',
    ],
    ['BLUEPRINT-NO-LATEST', CORE, swap('"{{core.archive}}"', 'https://x.invalid/latest.tar.gz'), 'uri:'],
    ['BLUEPRINT-NON-ROOT', BASE, swap('run-as: "65532"', 'run-as: "0"'), 'run-as'],
    ['BLUEPRINT-NON-ROOT', BASE, swap('run-as: "65532"', 'run-as: nonroot'), 'run-as'],
    ['BLUEPRINT-NON-ROOT', BASE, swap('uid: 65532', 'uid: 0'), '- username'],
    ['BLUEPRINT-NON-ROOT', STANDARD, swap('include: base.apko.yaml\n', ''), '#'],
    ['BLUEPRINT-FORM', BASE, swap('0o1777', '0o0777'), 'permissions:'],
    ['BLUEPRINT-FORM', BASE, swap('0o1777', '0o4755'), 'permissions:'],
    ['BLUEPRINT-FORM', CORE, (text) => `${text}\nvars: {}\n`, 'vars:'],
    ['BLUEPRINT-FORM', CORE, (text) => `${text}\npackage: {}\n`, 'package: {}'],
    ['BLUEPRINT-FORM', WORKFLOW, 'on: [', 'on'],
    ['IMAGE-PINNED', 'docker-compose.yml', 'services:\n  a:\n    image: x/y:latest\n', 'image:'],
    ['IMAGE-PINNED', 'docker-compose.yml', `services:\n  a:\n    image: \${X}@sha256:${DIGEST}\n`, 'image:'],
    ['IMAGE-PINNED', 'deploy/Dockerfile', 'FROM x/y:1\n', 'FROM'],
    ['IMAGE-PINNED', 'deploy/Dockerfile', `FROM x@sha256:${DIGEST} AS a\nCOPY --from=x/z / /\n`, 'COPY'],
    [
      'IMAGE-PINNED',
      'deploy/Dockerfile.worker',
      `# syntax=docker/dockerfile:1\nFROM x@sha256:${DIGEST}\n`,
      '# syntax',
    ],
    [
      'IMAGE-PINNED',
      'deploy/kubernetes/standard/workload.yaml',
      (text) => text.replace(/@sha256:0+/, ':v1'),
      'image: registry',
    ],
    ['IMAGE-PINNED', WORKFLOW, swap('    steps:', '    container: x/y:1\n    steps:'), 'container:'],
    ['COMPOSE-WHOLE', 'docker-compose.yml', 'include: [x.yml]\nservices: {}\n', 'include'],
    [
      'COMPOSE-WHOLE',
      'docker-compose.yml',
      'services:\n  a:\n    extends: { file: x.yml, service: a }\n',
      'extends',
    ],
    ['ACTION-PINNED', WORKFLOW, (text) => text.replace(/@[0-9a-f]{40}/, '@v5'), 'uses:'],
    [
      'ACTION-PINNED',
      WORKFLOW,
      (text) => text.replace(/actions\/checkout@[0-9a-f]{40}/, './.github/actions/x'),
      'uses:',
    ],
    [
      'ACTION-PINNED',
      WORKFLOW,
      (text) => text.replace(/actions\/checkout@[0-9a-f]{40}/, 'docker://x/y:1'),
      'uses:',
    ],
    [
      'AUDIT-NO-SUPPRESSION',
      'deploy/Dockerfile',
      `# kics-scan ignore\nFROM x@sha256:${DIGEST}\n`,
      '# kics-scan',
    ],
  ])('%s in %s', (rule, path, change, place) => {
    const text = typeof change === 'string' ? change : change(own.get(path) ?? '');

    const check = judge({ [path]: change }, rule);

    expect(check).toMatchObject({
      verdict: 'fail',
      detail: expect.stringContaining(`${path}:${lineOf(text, place)}: `),
    });
  });

  it('AUDIT-EVERY-FILE names a file that nothing would look at', () => {
    expect(judge({ 'deploy/install.sh': 'true\n' }, 'AUDIT-EVERY-FILE')).toMatchObject({
      verdict: 'fail',
      detail: 'deploy/install.sh: nothing would look at a file of this name',
    });
  });

  it('BLUEPRINT-FORM names a blueprint that is not there', () => {
    const tree = new Map(own);
    tree.delete(CORE);

    expect(blueprintPolicy(tree).find(({ id }) => id === 'BLUEPRINT-FORM')).toMatchObject({
      verdict: 'fail',
      detail: `${CORE}: it is not there`,
    });
  });
});

describe('what the policy lets through', () => {
  it.each<[string, string, string]>([
    [
      'a compose file whose images have digests',
      'docker-compose.yml',
      `services:\n  a:\n    image: x/y:1@sha256:${DIGEST}\n`,
    ],
    [
      'a build in stages from scratch',
      'deploy/Dockerfile',
      `FROM x@sha256:${DIGEST} AS build\nFROM scratch\nCOPY --from=build /a /a\n`,
    ],
  ])('%s', (_, path, text) => {
    expect(judge({ [path]: text }, 'IMAGE-PINNED').verdict).toBe('pass');
  });
});

it('a rule says nothing of files that it could not read, and that is no pass', () => {
  expect(judge({ [CORE]: '[' }, 'BLUEPRINT-NO-NETWORK')).toMatchObject({
    verdict: 'not-run',
    detail: `could not be looked at in ${CORE}`,
  });
});
