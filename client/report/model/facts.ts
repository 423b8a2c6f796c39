import type { TestResult } from '../../../domain/evidence/test-result.ts';
import type { OpenVex } from '../../../domain/evidence/openvex.ts';
import type { Provenance } from '../../../domain/evidence/provenance.ts';
import type { VerificationSummary } from '../../../domain/evidence/verification-summary.ts';
import type { VulnerabilityResult } from '../../../domain/evidence/vulnerability-result.ts';
import type { Check } from '../../../domain/release/check.ts';
import type { ReleasedImage } from '../../../domain/release/status.ts';
import type { WatchRecord } from '../../../domain/watch/record.ts';
import type { ReleaseEntry } from '../../release/release-entry.ts';

/** A package as the verified SBOM of an image names it. */
export interface ReportedPackage {
  readonly name: string;
  readonly version: string;
  readonly origin: string;
  readonly licence: string;
  /** Of the whole package file. */
  readonly sha256: string;
}

/** What was signed of an image and holds: a document that failed its check is not among them. */
export interface VerifiedDocuments {
  readonly packages?: readonly ReportedPackage[];
  readonly provenance?: Provenance;
  readonly selfTests?: TestResult;
  readonly vulnerabilities?: VulnerabilityResult;
  readonly gates?: TestResult;
  readonly vex?: OpenVex;
  readonly summary?: VerificationSummary;
}

/** A signed statement about an image, by its bundle. */
export interface SignedStatement {
  readonly title: string;
  readonly bundle: string;
  /** In ISO 8601. */
  readonly signedAt: string;
}

/** An image of a release, looked at as `foundry verify` does. */
export interface ImageFacts {
  readonly image: ReleasedImage;
  /** Of all parts that are pulled, compressed; null when the image could not be read. */
  readonly bytes: number | null;
  readonly checks: readonly Check[];
  /** Why it is refused; null when every check passed. */
  readonly refusal: string | null;
  readonly documents: VerifiedDocuments;
  readonly signed: readonly SignedStatement[];
}

/** The release that was out before, with its images as far as they can still be read. */
interface EarlierRelease {
  readonly id: string;
  readonly version: string;
  readonly commit: string;
  readonly images: readonly ImageFacts[];
}

/** What the self-tests are called, by group in their order. */
export interface SelfTestCatalogue {
  readonly groups: readonly {
    readonly prefix: string;
    readonly title: string;
    readonly tests: readonly { readonly id: string; readonly title: string }[];
  }[];
}

/** Everything that the page of one release is made from. The same facts give the same page. */
export interface ReleaseFacts {
  readonly entry: ReleaseEntry;
  /** Of the signed record, when the release has completed. */
  readonly record: readonly Check[];
  /** Who must have signed; null when nothing was looked at. */
  readonly signer: { readonly identity: string; readonly issuer: string } | null;
  readonly images: readonly ImageFacts[];
  /** Null when this is the first one, or when no earlier one is kept. */
  readonly previous: EarlierRelease | null;
  /** Null when nobody has looked yet. */
  readonly watch: WatchRecord | null;
  readonly catalogue: SelfTestCatalogue;
}
