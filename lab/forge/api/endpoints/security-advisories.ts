import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Answer, ApiRequest, Endpoint, ForgeContext } from '../endpoint.ts';
import type { Links } from '../represent/links.ts';
import { representUser } from '../represent/user.ts';
import type { Collection } from '../store.ts';
import { parseBody } from './git-input.ts';

const ADVISORIES_PATH = '/repos/{owner}/{repo}/security-advisories';
const GHSA_LETTERS = '23456789cfghjmpqrvwx';

/** Security advisories of the repository; new ones are drafts. */
export const securityAdvisoryEndpoints: readonly Endpoint[] = [
  { operation: `POST ${ADVISORIES_PATH}`, access: 'write', on: 'lab', handle: create },
  { operation: `GET ${ADVISORIES_PATH}`, access: 'read', on: 'lab', handle: list },
];

const AdvisoryBody = z.object({
  summary: z.string().min(1),
  description: z.string(),
  cve_id: z
    .string()
    .regex(/^CVE-\d{4}-\d{4,}$/)
    .nullish(),
  severity: z.enum(['critical', 'high', 'medium', 'low']).nullish(),
  cvss_vector_string: z.string().nullish(),
  cwe_ids: z.array(z.string()).nullish(),
  vulnerabilities: z.array(
    z.object({
      package: z.object({ ecosystem: z.string(), name: z.string().nullish() }),
      vulnerable_version_range: z.string().nullish(),
      patched_versions: z.string().nullish(),
      vulnerable_functions: z.array(z.string()).nullish(),
    }),
  ),
});

const Advisory = AdvisoryBody.extend({ ghsa: z.string(), author: z.string(), at: z.iso.datetime() });
const ADVISORIES: Collection<z.infer<typeof Advisory>[]> = {
  file: 'advisories.json',
  schema: z.array(Advisory),
  empty: [],
};

async function create(request: ApiRequest, forge: ForgeContext): Promise<Answer> {
  const given = parseBody(AdvisoryBody, request.body);
  const author = request.viewer?.login ?? 'nobody';
  const all = await forge.store.update(ADVISORIES, (advisories) => [
    ...advisories,
    { ...given, ghsa: ghsaOf(advisories.length + 1), author, at: forge.now().toISOString() },
  ]);
  return { status: 201, body: all.slice(-1).map((advisory) => represent(advisory, request.links))[0] };
}

/** Newest first; `after` is the identifier of the last one seen, as in the `Link` header. */
async function list(request: ApiRequest, forge: ForgeContext): Promise<Answer> {
  const { state, after, per_page: perPage } = request.parameters;
  const advisories = (await forge.store.read(ADVISORIES)).toReversed();
  const drafts = state === undefined || state === 'draft' ? advisories : [];
  const start = after === undefined ? 0 : drafts.findIndex(({ ghsa }) => ghsa === after) + 1;
  const page = drafts.slice(start, start + Math.min(Number(perPage), 100));
  const last = page.at(-1);
  const more = last !== undefined && last !== drafts.at(-1);
  return {
    status: 200,
    headers: more ? { link: nextLink(request.url, last.ghsa) } : {},
    body: page.map((advisory) => represent(advisory, request.links)),
  };
}

function nextLink(url: URL, after: string): string {
  const next = new URL(url);
  next.searchParams.set('after', after);
  return `<${next.href}>; rel="next"`;
}

/** An identifier in the form of GitHub's, from a number. */
function ghsaOf(number: number): string {
  const digest = createHash('sha256').update(`lab advisory ${number}`).digest();
  const letters = [...digest.subarray(0, 12)].map((byte) => GHSA_LETTERS.charAt(byte % GHSA_LETTERS.length));
  return `GHSA-${[0, 4, 8].map((start) => letters.slice(start, start + 4).join('')).join('-')}`;
}

function represent(advisory: z.infer<typeof Advisory>, links: Links): Record<string, unknown> {
  const { ghsa, cve_id: cve = null, cwe_ids: cwes = [] } = advisory;
  const vector = advisory.cvss_vector_string ?? null;
  return {
    ghsa_id: ghsa,
    cve_id: cve,
    url: links.api(`/security-advisories/${ghsa}`),
    html_url: links.html(`/security/advisories/${ghsa}`),
    summary: advisory.summary,
    description: advisory.description,
    severity: advisory.severity ?? null,
    author: representUser(links.origin, advisory.author),
    publisher: null,
    identifiers: [{ type: 'GHSA', value: ghsa }, ...(cve === null ? [] : [{ type: 'CVE', value: cve }])],
    state: 'draft',
    created_at: advisory.at,
    updated_at: advisory.at,
    published_at: null,
    closed_at: null,
    withdrawn_at: null,
    submission: null,
    vulnerabilities: advisory.vulnerabilities.map((vulnerability) => ({
      package: { ecosystem: vulnerability.package.ecosystem, name: vulnerability.package.name ?? null },
      vulnerable_version_range: vulnerability.vulnerable_version_range ?? null,
      patched_versions: vulnerability.patched_versions ?? null,
      vulnerable_functions: vulnerability.vulnerable_functions ?? null,
    })),
    cvss: { vector_string: vector, score: null },
    cwes: (cwes ?? []).map((id) => ({ cwe_id: id, name: id })),
    cwe_ids: cwes,
    credits: [],
    credits_detailed: [],
    collaborating_users: [],
    collaborating_teams: [],
    private_fork: null,
  };
}
