/** Addresses of one repository at the lab, all below the address the caller used. */
export interface Links {
  readonly origin: string;
  readonly owner: string;
  readonly repo: string;
  /** An address of the API: `/repos/<owner>/<repo>` and what follows. */
  readonly api: (path?: string) => string;
  /** An address as GitHub's website would have it; the lab serves only the downloads of releases there. */
  readonly html: (path?: string) => string;
  /** The address of the page that says that this is a lab; documentation links lead there. */
  readonly lab: string;
}

/** The addresses of a repository below an origin such as `http://127.0.0.1:4567`. */
export function linksOf(origin: string, owner: string, repo: string): Links {
  return {
    origin,
    owner,
    repo,
    api: (path = '') => `${origin}/api/v3/repos/${owner}/${repo}${path}`,
    html: (path = '') => `${origin}/${owner}/${repo}${path}`,
    lab: `${origin}/`,
  };
}

/** An opaque identifier in the manner of GitHub's `node_id`. */
export function nodeId(kind: string, id: string | number): string {
  return Buffer.from(`lab:${kind}:${id}`).toString('base64url');
}

/** A number that stands for a name, always the same: 48 bits, so that JavaScript keeps it exact. */
export function stableId(text: string): number {
  let hash = 0xcbf29ce484222325n;
  for (const byte of Buffer.from(text)) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
  return Number(hash & 0xffffffffffffn);
}
