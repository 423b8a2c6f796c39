import { describe, expect, it } from 'vitest';
import { examine } from '../../../client/doctor/doctor.ts';
import { FoundryError } from '../../../domain/errors.ts';
import { NOT_THERE, patientWith, says, type Expectation, type Symptoms } from './patient.ts';

const NOT_ROOT = { isRoot: false } as const;
const BROKEN_ENDPOINTS = new FoundryError('FND_BAD_DATA', 'it is not an endpoints file', {
  hint: 'Run `./foundry down`, then `./foundry up`.',
});

const REFUSED = new FoundryError('FND_PERMISSION', 'registry registry.example: GET /v2/: status 401', {
  hint: '`docker login registry.example` writes such a file anew.',
});

const ROWS: readonly Expectation[] = [
  {
    id: 'node',
    when: 'it is another 24',
    symptoms: { host: { nodeVersion: 'v24.1.0' } },
    verdict: 'warn',
    detail: '24.21.0 is pinned',
    fix: 'npm ci',
  },
  {
    id: 'node',
    when: "it is the host's 20",
    symptoms: { host: { nodeVersion: 'v20.20.2' } },
    verdict: 'fail',
    detail: '20.20.2',
    fix: './foundry',
  },
  {
    id: 'node',
    when: 'nothing says which is pinned',
    symptoms: { files: { '/repo/package.json': '{' } },
    verdict: 'fail',
    detail: 'package.json',
  },
  {
    id: 'npm-dependencies',
    when: 'one is missing',
    symptoms: { files: { '/repo/node_modules/zod/package.json': undefined } },
    verdict: 'fail',
    detail: 'zod missing instead of 4.6.7',
    fix: 'npm ci',
  },
  {
    id: 'npm-dependencies',
    when: 'one is older',
    symptoms: { files: { '/repo/node_modules/zod/package.json': '{"version":"3.0.0"}' } },
    verdict: 'fail',
    detail: 'zod 3.0.0',
  },
  {
    id: 'go',
    when: 'it is another release',
    symptoms: { commands: { go: says('go1.24.4') } },
    verdict: 'pass',
    detail: 'fetches the pinned Go 1.26.8 itself',
  },
  {
    id: 'go',
    when: 'it is missing but all tools are built',
    symptoms: { commands: { go: NOT_THERE } },
    verdict: 'warn',
    detail: 'only for new pins',
    fix: 'golang-go',
  },
  {
    id: 'go',
    when: 'it is missing and so are tools',
    symptoms: { commands: { go: NOT_THERE }, patient: { toolPath: () => undefined } },
    verdict: 'fail',
    detail: 'not there',
  },
  {
    id: 'go',
    when: 'it is too old',
    symptoms: { commands: { go: says('go1.19.8') }, patient: { toolPath: () => undefined } },
    verdict: 'fail',
    detail: 'go1.19.8 is older than 1.21',
  },
  {
    id: 'unifdef',
    when: 'it is missing',
    symptoms: { commands: { unifdef: NOT_THERE } },
    verdict: 'fail',
    detail: 'fingerprint',
    fix: 'apt-get install --yes unifdef',
  },
  {
    id: 'bubblewrap',
    when: 'it is missing for a user',
    symptoms: { commands: { bwrap: NOT_THERE }, host: NOT_ROOT },
    verdict: 'fail',
    detail: 'not there',
    fix: 'sudo apt-get install --yes bubblewrap',
  },
  {
    id: 'perl',
    when: 'it is broken',
    symptoms: { commands: { perl: says('cannot open shared object', 127) } },
    verdict: 'fail',
    detail: 'exit code 127',
    fix: '--reinstall',
  },
  {
    id: 'tool-crane',
    when: 'it is not built',
    symptoms: { patient: { toolPath: () => undefined } },
    verdict: 'fail',
    detail: 'not built; reads images',
    fix: './foundry tools --only crane',
  },
  {
    id: 'tool-crane',
    when: 'it is another version',
    symptoms: crane(says('v0.99.0')),
    verdict: 'fail',
    detail: 'is not the pinned v0.22.1; it says: v0.99.0',
  },
  {
    id: 'tool-crane',
    when: 'it crashes',
    symptoms: crane(says('panic: no', 2)),
    verdict: 'fail',
    detail: 'exit code 2',
  },
  {
    id: 'tool-crane',
    when: 'it is for another machine',
    symptoms: crane(NOT_THERE),
    verdict: 'fail',
    detail: 'cannot be started',
  },
  {
    id: 'temporal',
    when: 'it was not started',
    symptoms: { patient: { services: () => Promise.resolve({}) } },
    verdict: 'skip',
    detail: 'was not started',
    fix: './foundry up',
  },
  {
    id: 'registry',
    when: 'it does not answer',
    symptoms: unreachable('5000'),
    verdict: 'fail',
    detail: 'API does not answer at http://127.0.0.1:5000/v2/: refused',
    fix: './foundry up',
  },
  {
    id: 'sigstore',
    when: 'one part does not answer',
    symptoms: unreachable('3000'),
    verdict: 'fail',
    detail: 'Rekor does not answer',
  },
  {
    id: 'temporal',
    when: 'the endpoints file is broken',
    symptoms: { patient: { services: () => Promise.reject(BROKEN_ENDPOINTS) } },
    verdict: 'fail',
    detail: 'is not an endpoints file',
    fix: './foundry down',
  },
  {
    id: 'registry-login',
    when: 'no profile names credentials',
    symptoms: { patient: { registryLogin: () => Promise.resolve(undefined) } },
    verdict: 'skip',
    detail: 'no profile names credentials',
  },
  {
    id: 'registry-login',
    when: 'the registry refuses them',
    symptoms: { patient: { registryLogin: () => Promise.reject(REFUSED) } },
    verdict: 'fail',
    detail: 'status 401',
    fix: 'docker login',
  },
  {
    id: 'registry-login',
    when: 'the registry does not ask for them',
    symptoms: {
      patient: {
        registryLogin: () => Promise.resolve({ host: 'registry.example', file: '/f', isAsked: false }),
      },
    },
    verdict: 'warn',
    detail: 'shows only when something is written',
    fix: 'docker',
  },
];

describe.each(ROWS)('$id: $when', ({ id, symptoms, verdict, detail, fix }) => {
  it(`is a ${verdict}`, async () => {
    const { checks } = await examine(patientWith(symptoms));
    const found = checks.find((check) => check.id === id);

    expect(found).toMatchObject({ verdict, detail: expect.stringContaining(detail) });
    expect(found?.fix ?? '').toContain(fix ?? '');
    expect(found?.verdict === 'fail' && found.fix === undefined).toBe(false);
  });
});

function crane(answer: ReturnType<typeof says>): Symptoms {
  return { commands: { '/cache/tools/crane-0123456789abcdef/crane': answer } };
}

function unreachable(part: string): Symptoms {
  return {
    host: {
      reach: (address) =>
        Promise.resolve(
          address.includes(part)
            ? { reached: false, reason: 'refused' }
            : { reached: true, answer: 'HTTP 200' },
        ),
    },
  };
}
