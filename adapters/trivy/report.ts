import { z } from 'zod';
import { FoundryError } from '../../domain/errors.ts';

/** From the mildest to the worst; what Trivy cannot tell is `unknown`. */
export const TRIVY_SEVERITIES = ['unknown', 'low', 'medium', 'high', 'critical'] as const;
export type TrivySeverity = (typeof TRIVY_SEVERITIES)[number];

const Severity = z
  .string()
  .transform((text) => text.toLowerCase())
  .pipe(z.enum(TRIVY_SEVERITIES));

const Vulnerability = z
  .object({
    VulnerabilityID: z.string().min(1),
    PkgName: z.string().min(1),
    InstalledVersion: z.string().min(1),
    FixedVersion: z.string().optional(),
    Severity,
  })
  .transform((raw) => ({
    id: raw.VulnerabilityID,
    package: raw.PkgName,
    version: raw.InstalledVersion,
    fixedVersion: raw.FixedVersion ?? null,
    severity: raw.Severity,
  }));

const Package = z
  .object({
    Name: z.string().min(1),
    Version: z.string().min(1),
    SrcName: z.string().optional(),
  })
  .transform((raw) => ({ name: raw.Name, version: raw.Version, origin: raw.SrcName ?? raw.Name }));

const Misconfiguration = z
  .object({
    ID: z.string().min(1),
    Title: z.string(),
    Message: z.string().default(''),
    Severity,
    Status: z.enum(['PASS', 'FAIL', 'EXCEPTION']),
  })
  .transform((raw) => ({
    id: raw.ID,
    title: raw.Title,
    message: raw.Message,
    severity: raw.Severity,
    status: raw.Status,
  }));

const Secret = z
  .object({ RuleID: z.string().min(1), Title: z.string(), Severity })
  .transform((raw) => ({ rule: raw.RuleID, title: raw.Title, severity: raw.Severity }));

const Result = z
  .object({
    Target: z.string(),
    Class: z.string(),
    Packages: z.array(Package).nullish(),
    Vulnerabilities: z.array(Vulnerability).nullish(),
    Misconfigurations: z.array(Misconfiguration).nullish(),
    Secrets: z.array(Secret).nullish(),
  })
  .transform((raw) => ({
    target: raw.Target,
    class: raw.Class,
    packages: raw.Packages ?? [],
    vulnerabilities: raw.Vulnerabilities ?? [],
    misconfigurations: raw.Misconfigurations ?? [],
    secrets: raw.Secrets ?? [],
  }));

const Report = z
  .object({
    SchemaVersion: z.literal(2),
    Trivy: z.object({ Version: z.string().min(1) }),
    ArtifactType: z.string(),
    Metadata: z.object({ OS: z.object({ Family: z.string() }).optional() }).optional(),
    Results: z.array(Result).nullish(),
  })
  .transform((raw) => ({
    version: raw.Trivy.Version,
    artifactType: raw.ArtifactType,
    /** The distribution that was recognised, such as `wolfi`. */
    family: raw.Metadata?.OS?.Family,
    results: raw.Results ?? [],
  }));

/** What Trivy says of one run. */
export type TrivyReport = Readonly<z.output<typeof Report>>;
export type TrivyResult = TrivyReport['results'][number];
/** A vulnerability that Trivy's database knows of a package. */
export type TrivyVulnerability = TrivyResult['vulnerabilities'][number];
/** A package that Trivy saw, with the source package that advisories speak of. */
export type TrivyPackage = TrivyResult['packages'][number];
/** What a check of Trivy says of one file. */
export type TrivyMisconfiguration = TrivyResult['misconfigurations'][number];

const Compliance = z
  .object({
    ID: z.string().min(1),
    Results: z.array(
      z.object({ ID: z.string().min(1), Name: z.string(), Results: z.array(Result).nullish() }),
    ),
  })
  .transform((raw) => ({
    id: raw.ID,
    controls: raw.Results.map((control) => ({
      id: control.ID,
      name: control.Name,
      results: control.Results ?? [],
    })),
  }));

/** A report by the controls of a benchmark. A control without results is one that nothing speaks against, or that nothing looked at. */
export type ComplianceReport = Readonly<z.output<typeof Compliance>>;

/** Reads a report. `tool` names the binary in errors. Throws FND_TOOL_OUTPUT with the first lines of what is none. */
export function parseReport(text: string, tool: string): TrivyReport {
  return parse(text, Report, tool, 'report');
}

/** Reads a compliance report. Throws like {@link parseReport}. */
export function parseComplianceReport(text: string, tool: string): ComplianceReport {
  return parse(text, Compliance, tool, 'compliance report');
}

const FIRST_LINES = 5;
const LONGEST_LINE = 200;
const Versioned = z.object({ Trivy: z.object({ Version: z.string() }) });

function parse<T>(text: string, schema: z.ZodType<T>, tool: string, what: string): T {
  let version = 'of an unknown version';
  try {
    const value: unknown = JSON.parse(text);
    version = Versioned.safeParse(value).data?.Trivy.Version ?? version;
    return schema.parse(value);
  } catch (cause) {
    const lines = text.split('\n', FIRST_LINES).map((line) => line.slice(0, LONGEST_LINE));
    const said = text.trim() === '' ? 'it is empty' : `it begins:\n${lines.join('\n')}`;
    throw new FoundryError(
      'FND_TOOL_OUTPUT',
      `Trivy ${version} (${tool}): its ${what} does not have the form we know; ${said}`,
      { cause },
    );
  }
}
