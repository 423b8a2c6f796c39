import type { Advisory, Severity } from './advisory.ts';

const NVD_SEVERITY: Readonly<Record<Severity, string>> = {
  Low: 'LOW',
  Moderate: 'MEDIUM',
  High: 'HIGH',
  Critical: 'CRITICAL',
};

/**
 * An advisory as an entry of the NVD API 2.0, with the fields that `trivy-db` reads. OpenSSL gives a word for the severity and no
 * CVSS vector, so there is no vector and the score is 0; without a word there is no metric, and Trivy says UNKNOWN.
 */
export function nvdEntry(advisory: Advisory): object {
  const published = `${advisory.published}T00:00:00.000`;
  return {
    id: advisory.cve,
    published,
    lastModified: published,
    vulnStatus: 'Analyzed',
    descriptions: [{ lang: 'en', value: `${advisory.title} ${advisory.summary} (lab entry)` }],
    metrics: metricsOf(advisory.severity),
    references: [],
  };
}

function metricsOf(severity: Severity | undefined): object {
  if (severity === undefined) return {};
  const cvssData = { version: '3.1', vectorString: '', baseScore: 0, baseSeverity: NVD_SEVERITY[severity] };
  return { cvssMetricV31: [{ source: 'nvd@nist.gov', type: 'Primary', cvssData }] };
}
