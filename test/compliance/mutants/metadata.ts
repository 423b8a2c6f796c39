import type { ImageConfig } from '../../../adapters/oci-layout/oci-image.ts';
import { ociDigest, sha256 } from '../../../domain/digest.ts';
import { type Mutant, SELF_TESTS } from './mutant.ts';

type Config = NonNullable<Mutant['config']>;

function running(name: string, wrong: string, config: Config, more: Partial<Mutant> = {}): Mutant {
  return {
    name,
    wrong,
    variant: 'distroless',
    config,
    seenBy: ['looks', 'commands'],
    without: SELF_TESTS,
    ...more,
  };
}

function saying(
  name: string,
  wrong: string,
  more: Omit<Mutant, 'name' | 'wrong' | 'variant' | 'seenBy'>,
): Mutant {
  return { name, wrong, variant: 'distroless', seenBy: ['looks'], ...more };
}

const ENV = ['PATH=/usr/local/bin:/usr/bin:/bin', 'SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt'];
const HISTORY: ImageConfig['history'] = [
  { created: '2020-01-01T00:00:00Z', created_by: 'apko' },
  { created: '2020-01-01T00:00:00Z', created_by: 'RUN --build-arg PASSWORD=1 apk add curl' },
  { created: '2020-01-01T00:00:00Z', created_by: 'more' },
];
const CLAIMING = {
  'org.opencontainers.image.description': 'A FIPS validated image',
  'org.opencontainers.image.fips-version': '3.1.2',
  'org.opencontainers.image.base.name': 'example/base:latest',
};

const OTHER = {
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  digest: ociDigest(sha256('')),
  size: 0,
  platform: { architecture: 'arm64', os: 'linux' },
};

/** Images that say the wrong things about themselves. */
export const METADATA_MUTANTS: readonly Mutant[] = [
  running('root-user', 'it runs as root', { User: '0' }),
  running('no-user', 'it does not say who runs it', { User: undefined }, { seenBy: ['looks'] }),
  running('preload-variable', 'a variable loads a library into every program', {
    Env: [...ENV, 'LD_PRELOAD=/usr/lib/libssl.so.3'],
  }),
  running(
    'configuration-variable',
    'a variable turns the configuration off',
    { Env: [...ENV, 'OPENSSL_CONF=/dev/null'] },
    { seenBy: ['looks', 'commands', 'questions'] },
  ),
  running('modules-variable', 'a variable says that modules are elsewhere', {
    Env: [...ENV, 'OPENSSL_MODULES=/tmp'],
  }),
  running('path-variable', 'programs are looked for where everybody can write', {
    Env: ['PATH=/tmp:/usr/bin', 'API_TOKEN=x'],
  }),
  running('no-health-check', 'it has no health check', { Healthcheck: undefined }),
  running('health-check-shell', 'its health check needs a shell, and ends well without one', {
    Healthcheck: { Test: ['CMD-SHELL', '/usr/bin/fips-healthcheck || true'], Retries: 100 },
  }),
  running('health-check-other', 'its health check asks for the version', {
    Healthcheck: { Test: ['CMD', 'openssl', 'version'] },
  }),
  saying('shell-entry', 'a shell is around what it runs', {
    config: { Entrypoint: ['/bin/sh', '-c', '/usr/bin/openssl'], Cmd: [], WorkingDir: '/' },
  }),
  {
    ...saying('development-entry', 'it runs the command where things are built', {
      config: { Entrypoint: ['/usr/bin/openssl'], Cmd: ['version'] },
    }),
    variant: 'development',
  },
  saying('no-labels', 'it says nothing about itself', { config: { Labels: {} }, annotations: {} }),
  saying('claims', 'it claims to be validated, under a name that is reserved', {
    config: { Labels: CLAIMING },
  }),
  saying('annotations', 'its manifest and its index say something else', {
    annotations: { 'org.opencontainers.image.version': '1.0' },
  }),
  saying('another-time', 'it was created at another time, by a longer history', {
    document: { created: '2020-01-01T00:00:00Z', history: HISTORY },
  }),
  saying('ports', 'it opens a port and declares a volume', {
    config: { ExposedPorts: { '443/tcp': {} }, Volumes: { '/data': {} } },
  }),
  {
    ...saying('another-base', 'it names another base', {
      config: { Labels: { 'org.opencontainers.image.base.digest': `sha256:${'0'.repeat(64)}` } },
    }),
    variant: 'standard',
  },
  saying('another-platform', 'it is for another processor', {
    document: { architecture: 'arm64' },
    isRefusedWhole: true,
  }),
  saying('two-manifests', 'its index leads to two manifests, the first for another processor', {
    index: { schemaVersion: 2, manifests: [OTHER, OTHER] },
  }),
  saying('attached', 'its manifest is that of something that is attached to an image', {
    manifest: { subject: OTHER, artifactType: 'application/vnd.example' },
  }),
  saying('one-more-layer', 'somebody put a layer over it', { onTop: { 'usr/share/extra': 'x' } }),
];
