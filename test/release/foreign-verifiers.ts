import { access, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { makeFolder } from '../../adapters/files/write-atomic.ts';
import { withFileLock } from '../../adapters/host/file-lock.ts';
import { sha256 } from '../../domain/digest.ts';
import { openDebianArchive } from '../../lab/archive/debian-archive.ts';
import { goProgram } from '../foreign/go-program.ts';
import { CACHE } from './foundry.ts';

/** Exact versions, so that a test that fails tomorrow fails for what we changed. */
const PYTHON_PACKAGES = ['sigstore==4.5.1', 'cyclonedx-python-lib[json-validation]==11.12.0'] as const;
/** The first series of cosign that takes log entries of Rekor 2. */
const COSIGN_SERIES = /^3\.1\./;

const GH = {
  name: 'gh',
  package: 'github.com/cli/cli/v2/cmd/gh',
  module: 'github.com/cli/cli/v2',
  version: 'v2.100.0',
} as const;
const SLSA_VERIFIER = {
  name: 'slsa-verifier',
  package: 'github.com/slsa-framework/slsa-verifier/v2/cli/slsa-verifier',
  module: 'github.com/slsa-framework/slsa-verifier/v2',
  version: 'v2.7.1',
} as const;

/** Whose signature is asked for, and what it is verified against. */
export interface ForeignTrust {
  readonly trustedRoot: string;
  /** The trusted root in the form that sigstore-python takes. */
  readonly trustConfig: string;
  readonly identity: string;
  readonly issuer: string;
}

/** What a verifier that is not ours said. */
interface ForeignAnswer {
  readonly accepts: boolean;
  /** All that it printed. */
  readonly said: string;
}

/** Verifiers that other people wrote. */
export interface ForeignVerifiers {
  /** The folders of the programs `cosign`, `sigstore`, `gh` and `slsa-verifier`. */
  readonly programs: readonly string[];
  /** `cosign verify-attestation` of an image in a registry, for one predicate type. */
  cosignVerifyAttestation(image: string, type: string, trust: ForeignTrust): Promise<ForeignAnswer>;
  /** `cosign verify-attestation` lets a payload through only when it is genuine: the payloads it printed, decoded. */
  cosignPayloads(image: string, type: string, trust: ForeignTrust): Promise<unknown[]>;
  /** sigstore-python, of bundles in files; `digest` is the SHA-256 that each must be about. */
  sigstorePythonVerify(
    bundles: readonly string[],
    digest: string,
    trust: ForeignTrust,
  ): Promise<ForeignAnswer>;
  /** The strict validator of cyclonedx-python-lib for CycloneDX 1.6, on JSON. */
  validateCycloneDx(sbom: string): Promise<ForeignAnswer>;
}

/** sigstore-python's command line takes artifacts; its library takes what our bundles hold, DSSE envelopes. */
const VERIFY_DSSE = `
import json, sys
from sigstore.models import Bundle, ClientTrustConfig
from sigstore.verify import Verifier, policy
config, identity, issuer, digest, *bundles = sys.argv[1:]
verifier = Verifier(trusted_root=ClientTrustConfig.from_json(open(config).read()).trusted_root)
for bundle in bundles:
    type_, payload = verifier.verify_dsse(Bundle.from_json(open(bundle).read()), policy.Identity(identity=identity, issuer=issuer))
    assert type_ == "application/vnd.in-toto+json", type_
    subjects = [one["digest"]["sha256"] for one in json.loads(payload)["subject"]]
    assert digest in subjects, f"about {subjects}"
print("verified", len(bundles))
`;

const VALIDATE = `
import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
errors = JsonStrictValidator(SchemaVersion.V1_6).validate_str(open(sys.argv[1]).read())
if errors is not None:
    sys.exit(str(errors))
print("valid")
`;

/** Installs the verifiers into the cache, once for this machine, and opens them. Needs Debian's archive, PyPI and Go's modules the first time. */
export async function openForeignVerifiers(report: (line: string) => void): Promise<ForeignVerifiers> {
  const folder = join(CACHE, 'foreign-verifiers');
  const environment = join(folder, `python-${sha256(PYTHON_PACKAGES.join()).slice(0, 12)}`);
  const lock = { path: `${folder}.lock`, onWait: () => report('waiting for another who installs verifiers') };
  const { cosign, python, gh, slsa } = await withFileLock(lock, async () => ({
    cosign: await installCosign(report),
    python: await installPython(environment, report),
    gh: await goProgram(GH),
    slsa: await goProgram(SLSA_VERIFIER),
  }));
  const cosignVerify = async (
    image: string,
    type: string,
    { trustedRoot, identity, issuer }: ForeignTrust,
  ): Promise<{ exitCode: number; stdout: string; stderr: string }> => {
    const { exitCode, stdout, stderr } = await execa(
      cosign,
      [
        'verify-attestation',
        '--trusted-root',
        trustedRoot,
        '--certificate-identity',
        identity,
        '--certificate-oidc-issuer',
        issuer,
        '--type',
        type,
        image,
      ],
      { reject: false, maxBuffer: 256 * 1024 * 1024 },
    );
    return { exitCode: exitCode ?? -1, stdout, stderr };
  };
  return {
    programs: [cosign, python, gh, slsa].map((program) => dirname(program)),
    async cosignVerifyAttestation(image, type, trust) {
      const { exitCode, stdout, stderr } = await cosignVerify(image, type, trust);
      return { accepts: exitCode === 0, said: `${stderr}\n${stdout}` };
    },
    async cosignPayloads(image, type, trust) {
      const { exitCode, stdout, stderr } = await cosignVerify(image, type, trust);
      if (exitCode !== 0) throw new Error(stderr);
      return stdout
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => (JSON.parse(line) as { payload: string }).payload)
        .map((payload) => JSON.parse(Buffer.from(payload, 'base64').toString('utf8')) as unknown);
    },
    sigstorePythonVerify: (bundles, digest, { trustConfig, identity, issuer }) =>
      runPython(python, VERIFY_DSSE, [trustConfig, identity, issuer, digest, ...bundles]),
    validateCycloneDx: (sbom) => withFile(sbom, (file) => runPython(python, VALIDATE, [file])),
  };
}

/** From Debian's unstable suite, through the host's own apt as the lab takes its packages: what apt verified, unpacked beside it. */
async function installCosign(report: (line: string) => void): Promise<string> {
  const archive = await openDebianArchive({ cacheDir: join(CACHE, 'lab', 'archive'), report });
  const [deb] = await archive.fetchBinaries(['cosign'], { suite: 'unstable' });
  if (deb === undefined || !COSIGN_SERIES.test(deb.version))
    throw new Error(`Debian has cosign ${deb?.version ?? 'no more'}, expected 3.1`);
  const folder = join(CACHE, 'foreign-verifiers', `cosign-${deb.version}`);
  const binary = join(folder, 'usr', 'bin', 'cosign');
  if (!(await isThere(binary))) await inAside(folder, (aside) => execa('dpkg-deb', ['-x', deb.path, aside]));
  return binary;
}

async function installPython(folder: string, report: (line: string) => void): Promise<string> {
  const python = join(folder, 'bin', 'python');
  const done = join(folder, 'complete');
  if (await isThere(done)) return python;
  report(`installing ${PYTHON_PACKAGES.join(', ')}`);
  // A virtual environment holds its own path and cannot be renamed: the file at the end says that it is whole.
  await rm(folder, { recursive: true, force: true });
  await execa('python3', ['-m', 'venv', folder]);
  await execa(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...PYTHON_PACKAGES]);
  await writeFile(done, '');
  return python;
}

async function inAside(folder: string, work: (aside: string) => Promise<unknown>): Promise<void> {
  const aside = `${folder}.${process.pid}`;
  await makeFolder(dirname(folder));
  await work(aside);
  await rename(aside, folder);
}

async function runPython(python: string, program: string, args: readonly string[]): Promise<ForeignAnswer> {
  const { exitCode, all } = await execa(python, ['-c', program, ...args], { reject: false, all: true });
  return { accepts: exitCode === 0, said: all };
}

async function withFile<T>(content: string, use: (file: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'foundry-foreign-'));
  try {
    const file = join(folder, 'file.json');
    await writeFile(file, content);
    return await use(file);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
