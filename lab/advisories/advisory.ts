/** OpenSSL's own severities (its security policy), not CVSS. */
export type Severity = 'Low' | 'Moderate' | 'High' | 'Critical';

/** One CVE as OpenSSL tells it. */
export interface Advisory {
  readonly cve: string;
  readonly title: string;
  /** Undefined where OpenSSL's text gives none. */
  readonly severity: Severity | undefined;
  readonly summary: string;
  /** The release that fixes it, or undefined while there is none. */
  readonly fixedIn: string | undefined;
  /** The day it was published, `YYYY-MM-DD`. */
  readonly published: string;
}

/** A CVE of the lab's own that no release fixes. The year keeps it apart from every real CVE. */
export const LAB_UNFIXED_CVE = 'CVE-2099-0001';

/** The lab's vulnerability without a fix. It is not real, and says so. */
export function unfixedLabAdvisory(published: string): Advisory {
  return {
    cve: LAB_UNFIXED_CVE,
    title: 'Lab only: a vulnerability without a fix (not real)',
    severity: 'High',
    summary:
      'This vulnerability does not exist. The lab of wolfi-openssl-fips publishes it to show what happens when nobody has a fix.',
    fixedIn: undefined,
    published,
  };
}
