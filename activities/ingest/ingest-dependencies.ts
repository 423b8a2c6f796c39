import { download } from '../../adapters/download/download.ts';
import { fipsFingerprintOfTarball } from '../../adapters/openssl-source/measure-tarball.ts';
import { rememberingFingerprints } from '../../adapters/openssl-source/remember-fingerprint.ts';
import { type Profile, readTrustedRoot } from '../../adapters/profile/profile.ts';
import { openRegistry } from '../../adapters/registry/registry.ts';
import type { ArtifactStore } from '../../adapters/store/artifact-store.ts';
import type { Report } from '../../domain/report.ts';
import type { IngestDependencies } from './ingest-context.ts';

/** What a run of ingest is given: by the command, or by the worker. */
export interface IngestSetting {
  readonly store: ArtifactStore;
  /** The folder in which what was measured of sources is remembered. */
  readonly memory: string;
  readonly profile: Profile;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/** Ingest over the network, as its profile says. Throws what {@link readTrustedRoot} throws. */
export async function ingestDependencies({
  store,
  memory,
  profile,
  report,
  signal,
}: IngestSetting): Promise<IngestDependencies> {
  return {
    store,
    trustedRoot: await readTrustedRoot(profile),
    openRegistry: (host) => openRegistry(host, signal),
    download,
    measureFipsSources: rememberingFingerprints(memory, fipsFingerprintOfTarball),
    now: () => new Date(),
    report,
    signal,
  };
}
