import { z } from 'zod';
import { FoundryError } from '../../domain/errors.ts';
import { KICS_SEVERITIES, type KicsSeverity } from './kinds.ts';

const Count = z.int().nonnegative();

const Report = z.object({
  kics_version: z.string().min(1),
  files_scanned: Count,
  files_parsed: Count,
  files_failed_to_scan: Count,
  queries_total: Count,
  queries_failed_to_execute: Count,
  queries_failed_to_compute_similarity_id: Count,
  total_counter: Count,
  queries: z.array(
    z.object({
      query_name: z.string().min(1),
      query_id: z.uuid(),
      severity: z
        .string()
        .transform((text) => text.toLowerCase())
        .pipe(z.enum(KICS_SEVERITIES)),
      platform: z.string(),
      files: z
        .array(
          z.object({
            file_name: z.string().min(1),
            similarity_id: z.string().regex(/^[0-9a-f]{64}$/),
            line: z.int(),
            expected_value: z.string(),
            actual_value: z.string(),
          }),
        )
        .min(1),
    }),
  ),
});

/** What the queries ran over: every document that KICS could parse, with the path of its file. */
const Payload = z.object({ document: z.array(z.object({ file: z.string().min(1) })) });

/** Something that a query found. */
export interface KicsFinding {
  readonly queryId: string;
  readonly name: string;
  readonly severity: KicsSeverity;
  readonly platform: string;
  /** As it was given to the scan. */
  readonly file: string;
  readonly line: number;
  /** 64 hex digits that stay the same while query, file and place in the document do. */
  readonly similarityId: string;
  readonly expected: string;
  readonly actual: string;
}

/** What KICS says of one run. */
export interface KicsReport {
  readonly version: string;
  readonly findings: readonly KicsFinding[];
  /** The files that the queries saw, sorted. KICS passes silently over a file that it cannot parse: it is not among them. */
  readonly files: readonly string[];
  readonly filesFailed: number;
  readonly queries: {
    readonly loaded: number;
    /** Of those loaded, how many did not come to an end or could not say where. */
    readonly failed: number;
  };
}

/**
 * Reads a report and the payload of the same run. `prefix` is where the scanned folder stood: in the payload as it is, in the
 * report by its last name. Throws FND_TOOL_OUTPUT for anything that is not what KICS writes, or does not fit together.
 */
export function parseKicsReport(report: string, payload: string, prefix: string): KicsReport {
  const raw = parse(report, Report, 'report');
  const documents = parse(payload, Payload, 'payload').document;
  const files = [...new Set(documents.map(({ file }) => under(file, `${prefix}/`)))].toSorted();
  if (files.length !== raw.files_parsed) {
    throw broken(`its report counts ${raw.files_parsed} parsed files, its payload holds ${files.length}`);
  }
  const name = prefix.slice(prefix.lastIndexOf('/') + 1);
  const findings = raw.queries.flatMap((query) =>
    query.files.map((found) => ({
      queryId: query.query_id,
      name: query.query_name,
      severity: query.severity,
      platform: query.platform,
      file: under(found.file_name, `${name}/`),
      line: found.line,
      similarityId: found.similarity_id,
      expected: found.expected_value,
      actual: found.actual_value,
    })),
  );
  if (findings.length !== raw.total_counter) {
    throw broken(`its report counts ${raw.total_counter} findings and lists ${findings.length}`);
  }
  return {
    version: raw.kics_version,
    findings,
    files,
    filesFailed: raw.files_failed_to_scan,
    queries: {
      loaded: raw.queries_total,
      failed: raw.queries_failed_to_execute + raw.queries_failed_to_compute_similarity_id,
    },
  };
}

function parse<T>(text: string, schema: z.ZodType<T>, what: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw broken(`its ${what} does not have the form we know`, cause);
  }
}

function under(path: string, folder: string): string {
  if (path.startsWith(folder)) return path.slice(folder.length);
  throw broken(`it names ${path}, which is not in the folder it scanned`);
}

function broken(reason: string, cause?: unknown): FoundryError {
  return new FoundryError('FND_TOOL_OUTPUT', `KICS: ${reason}`, { cause });
}
