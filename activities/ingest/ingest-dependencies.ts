import { openCursors } from '../../adapters/cursors/cursors.ts';
import { fipsFingerprintOfTarball } from '../../adapters/openssl-source/measure-tarball.ts';
import { rememberingFingerprints } from '../../adapters/openssl-source/remember-fingerprint.ts';
import { downloadOf } from '../../adapters/profile/download-of.ts';
import { forgeOf } from '../../adapters/profile/forge-of.ts';
import { githubOf } from '../../adapters/profile/github-of.ts';
import { type Profile, readTrustedRoot } from '../../adapters/profile/profile.ts';
import { registriesOf } from '../../adapters/profile/registries-of.ts';
import type { ArtifactStore } from '../../adapters/store/artifact-store.ts';
import type { Report } from '../../domain/report.ts';
import type { IngestDependencies } from './ingest-context.ts';
import type { IngestNewsDependencies } from './ingest-news.ts';

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
    openRegistry: registriesOf(profile, signal),
    download: downloadOf(profile),
    measureFipsSources: rememberingFingerprints(memory, fipsFingerprintOfTarball),
    now: () => new Date(),
    upstream: {
      coreReleases: profile.upstream.coreReleases,
      advisories: profile.scanners.opensslAdvisories,
      database: profile.scanners.database,
    },
    report,
    signal,
  };
}

/** What keeping pins new is given beside that. */
export interface IngestNewsSetting extends IngestSetting {
  /** The file in which is remembered what was seen of the upstreams. */
  readonly cursors: string;
}

/** Ingest of news over the network, as its profile says. Throws what {@link ingestDependencies} and {@link forgeOf} throw. */
export async function ingestNewsDependencies(setting: IngestNewsSetting): Promise<IngestNewsDependencies> {
  const { profile, signal, cursors } = setting;
  return {
    ...(await ingestDependencies(setting)),
    forge: await forgeOf(profile, signal),
    github: await githubOf(profile, signal),
    cursors: openCursors(cursors),
    redirectHosts: profile.upstream.redirects,
  };
}
