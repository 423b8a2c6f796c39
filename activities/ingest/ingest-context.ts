import type { DownloadOrder } from '../../adapters/download/download.ts';
import type { Registry } from '../../adapters/registry/registry.ts';
import type { ArtifactStore } from '../../adapters/store/artifact-store.ts';
import type { Sha256 } from '../../domain/digest.ts';
import type { Report } from '../../domain/report.ts';
import type { Supply } from './supply.ts';

/** A source archive on this disk, verified by digest and signature. */
export interface VerifiedSource {
  readonly path: string;
  readonly sha256: Sha256;
}

/** What the activities of ingest need from whoever runs them. */
export interface IngestDependencies {
  readonly store: ArtifactStore;
  /** Parsed JSON: the Sigstore trusted root that the base image's signature is verified against. */
  readonly trustedRoot: unknown;
  /** Opens the registry that an image name begins with. */
  openRegistry(host: string): Registry;
  download(order: DownloadOrder): Promise<void>;
  /** The FIPS source fingerprint of a tarball, see adapters/openssl-source. */
  measureFipsSources(tarball: VerifiedSource, signal?: AbortSignal): Promise<Sha256>;
  now(): Date;
  /** Where upstreams say which versions there are, and what they fix. */
  readonly upstream: UpstreamAddresses;
  readonly report: Report;
  readonly signal?: AbortSignal;
}

/** Upstreams that the profile names; all others stand in `versions.hcl`. */
interface UpstreamAddresses {
  /** OpenSSL's releases, as GitHub's API lists them. */
  readonly coreReleases: string;
  /** OpenSSL's own CVE records. */
  readonly advisories: string;
  /** The scanners' database, as host/repository:tag. */
  readonly database: string;
}

/** One run of ingest: what it was given, and where its files come from. */
export interface IngestRun extends IngestDependencies {
  readonly supply: Supply;
  /** Records a step that passed. */
  passed(step: IngestStep, detail: string): void;
}

/** The steps of contract 2, in their order. */
type IngestStep = 'base-image' | 'repository-key' | 'package-index' | 'packages' | 'sources' | 'fips-source';

/** A step that passed. There is no other kind: a step that does not pass throws its reason. */
export interface IngestCheck {
  readonly step: IngestStep;
  readonly verdict: 'pass';
  readonly detail: string;
}

/** A download of a run, bounded in bytes. */
export function fetcher(run: IngestRun, url: string, limit: number): (path: string) => Promise<void> {
  return (path) =>
    run.download({ url, path, limit, ...(run.signal === undefined ? {} : { signal: run.signal }) });
}
