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
  /** The release of Wolfi's own 3.6 line that fixes it, where the distribution's feed names that instead. */
  readonly fixedInWolfi?: string;
  /** The day it was published, `YYYY-MM-DD`. */
  readonly published: string;
}

/** CVEs of the lab's own. The year keeps them apart from every real CVE. No release fixes the first. */
export const LAB_UNFIXED_CVE = 'CVE-2099-0001';
/** What a scanner wrongly names for every core of ours: see {@link otherLineLabAdvisory}. */
export const LAB_OTHER_LINE_CVE = 'CVE-2099-0002';

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

/**
 * The lab's vulnerability that OpenSSL fixed in a release of our line, and that the distribution's feed knows as fixed in its own, higher
 * line, as the real Wolfi has it for every CVE. By the feed our core is older than the fix; by OpenSSL it has it.
 */
export function otherLineLabAdvisory(fixedIn: string, published: string): Advisory {
  return {
    cve: LAB_OTHER_LINE_CVE,
    title: 'Lab only: a vulnerability that our line fixed and the feed does not know so (not real)',
    severity: 'Critical',
    summary:
      'This vulnerability does not exist. The lab of wolfi-openssl-fips publishes it to show what happens when a scanner goes by the versions of another line.',
    fixedIn,
    fixedInWolfi: '3.6.2',
    published,
  };
}
