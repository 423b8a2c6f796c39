import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeFileAtomic } from '../../adapters/files/write-atomic.ts';
import { compileCacheEnvironment } from '../../adapters/process/compile-cache.ts';
import { renderFulcioConfig } from '../sigstore/fulcio-config.ts';
import { ensureKeyFiles, keyFilesIn } from '../sigstore/key-files.ts';
import { REKOR_ORIGIN, type SigningUrls, writeTrustFiles } from '../sigstore/trust-files.ts';
import type { ServiceSpec } from '../supervisor/service-spec.ts';
import { flags } from './flags.ts';
import type { ServiceContext } from './service-context.ts';

const ISSUER_MAIN = fileURLToPath(new URL('../oidc-issuer/main.ts', import.meta.url));
const CT_MAIN = fileURLToPath(new URL('../ct-log/main.ts', import.meta.url));
const START_TIMEOUT_MS = 20_000;

/** The addresses of the private Sigstore's services. */
export function signingUrls({ port }: Pick<ServiceContext, 'port'>): SigningUrls {
  return {
    oidc: loopbackUrl(port('oidc')),
    fulcio: loopbackUrl(port('fulcio')),
    rekor: loopbackUrl(port('rekor')),
    timestampAuthority: loopbackUrl(port('timestamp-authority')),
  };
}

/** Makes what the private Sigstore needs on disk: keys once, and the trust files for its addresses. */
export async function prepareSigstore(context: ServiceContext): Promise<void> {
  const { sigstore } = context.paths;
  const keys = await ensureKeyFiles(sigstore, new Date());
  const urls = signingUrls(context);
  await writeFileAtomic(fulcioConfig(context), renderFulcioConfig(urls.oidc));
  await writeTrustFiles(sigstore, keys, urls);
}

/** The issuer of identity tokens. */
export function oidcService({ paths, port }: ServiceContext): ServiceSpec {
  const url = loopbackUrl(port('oidc'));
  return {
    ...nodeService(
      ISSUER_MAIN,
      flags({ port: port('oidc'), identities: paths.identities, key: keyFilesIn(paths.sigstore).issuerKey }),
    ),
    name: 'oidc',
    ports: { http: port('oidc') },
    address: url,
    health: { url: `${url}/.well-known/openid-configuration`, status: 200 },
  };
}

/** The signer of certificate timestamps. */
export function ctService({ paths, port }: ServiceContext): ServiceSpec {
  const url = loopbackUrl(port('ct'));
  return {
    ...nodeService(
      CT_MAIN,
      flags({
        port: port('ct'),
        key: keyFilesIn(paths.sigstore).ctKey,
        entries: join(paths.sigstore, 'ct-entries.jsonl'),
      }),
    ),
    name: 'ct',
    ports: { http: port('ct') },
    address: url,
    health: { url: `${url}/`, status: 200 },
  };
}

/** The certificate authority. It asks the issuer for its keys and the CT endpoint for a timestamp. */
export function fulcioService(context: ServiceContext): ServiceSpec {
  const { paths, tools, port } = context;
  const keys = keyFilesIn(paths.sigstore);
  const url = loopbackUrl(port('fulcio'));
  return {
    name: 'fulcio',
    command: tools.path('fulcio'),
    args: [
      'serve',
      ...flags({
        host: '127.0.0.1',
        port: port('fulcio'),
        'config-path': fulcioConfig(context),
        'fileca-cert': keys.fulcioChain,
        'fileca-key': keys.fulcioKey,
        'ct-log-url': loopbackUrl(port('ct')),
        'ct-log-public-key-path': keys.ctPublicKey,
      }),
    ],
    env: {},
    ports: { http: port('fulcio') },
    address: url,
    health: { url: `${url}/healthz`, status: 200 },
    dependsOn: ['oidc', 'ct'],
    startTimeoutMs: START_TIMEOUT_MS,
  };
}

/** The timestamp authority (RFC 3161). */
export function timestampService({ paths, tools, port }: ServiceContext): ServiceSpec {
  const keys = keyFilesIn(paths.sigstore);
  const url = loopbackUrl(port('timestamp-authority'));
  return {
    name: 'timestamp-authority',
    command: tools.path('timestamp-server'),
    args: [
      'serve',
      ...flags({
        host: '127.0.0.1',
        port: port('timestamp-authority'),
        'file-signer-key-path': keys.timestampKey,
        'certificate-chain-path': keys.timestampChain,
      }),
    ],
    env: {},
    ports: { http: port('timestamp-authority') },
    address: url,
    health: { url: `${url}/ping`, status: 200 },
    dependsOn: [],
    startTimeoutMs: START_TIMEOUT_MS,
  };
}

/** The transparency log (Rekor v2 on files). A short checkpoint interval keeps signing under two seconds. */
export function rekorService(context: ServiceContext): ServiceSpec {
  const { paths, tools, port } = context;
  const url = loopbackUrl(port('rekor'));
  return {
    name: 'rekor',
    command: tools.path('rekor-server'),
    args: [
      'serve',
      ...flags({
        hostname: REKOR_ORIGIN,
        'http-address': '127.0.0.1',
        'http-port': port('rekor'),
        'grpc-address': '127.0.0.1',
        'grpc-port': port('rekor-grpc'),
        'http-metrics-port': port('rekor-metrics'),
        'storage-dir': rekorStorage(context),
        'signer-filepath': keyFilesIn(paths.sigstore).rekorKey,
        // Every signature waits until a checkpoint holds it, and a release makes some in a row.
        'checkpoint-interval': '100ms',
        'batch-max-age': '20ms',
        'persistent-antispam': 'true',
      }),
    ],
    env: {},
    ports: { http: port('rekor'), grpc: port('rekor-grpc'), metrics: port('rekor-metrics') },
    address: url,
    health: { url: `${url}/healthz`, status: 200 },
    dependsOn: [],
    startTimeoutMs: START_TIMEOUT_MS,
    dataFolder: rekorStorage(context),
  };
}

function nodeService(
  main: string,
  args: readonly string[],
): Pick<ServiceSpec, 'command' | 'args' | 'env' | 'dependsOn' | 'startTimeoutMs'> {
  return {
    command: process.execPath,
    args: [main, ...args],
    env: compileCacheEnvironment(),
    dependsOn: [],
    startTimeoutMs: START_TIMEOUT_MS,
  };
}

function rekorStorage({ paths }: ServiceContext): string {
  return join(paths.sigstore, 'rekor');
}

function fulcioConfig({ paths }: ServiceContext): string {
  return join(paths.sigstore, 'fulcio.yaml');
}

function loopbackUrl(port: number): string {
  return `http://127.0.0.1:${port}`;
}
