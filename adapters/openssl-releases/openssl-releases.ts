import { z } from 'zod';
import { type Sha256, parseSha256 } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';

/** GitHub's list of releases, with the fields we read. */
const Releases = z.array(
  z.object({
    tag_name: z.string(),
    draft: z.boolean(),
    prerelease: z.boolean(),
    published_at: z.iso.datetime().nullable(),
    html_url: z.url({ protocol: /^https?$/ }),
    assets: z.array(z.object({ name: z.string(), digest: z.string().nullish() })),
  }),
);

/** One release of OpenSSL that is out. */
export interface OpensslRelease {
  readonly version: string;
  readonly published: Date;
  /** Where its notes are. */
  readonly notes: string;
  /** What the API says of the archive. It proves nothing: the signature does. */
  readonly sha256: Sha256 | undefined;
}

const TAG = /^openssl-(\d+\.\d+\.\d+)$/;

/** Reads the releases, without drafts and what comes before a release, in the order of the list. Throws FND_BAD_DATA. */
export function readReleases(text: string, what: string): OpensslRelease[] {
  return parse(text, what).flatMap(({ tag_name, draft, prerelease, published_at, html_url, assets }) => {
    const [, version] = TAG.exec(tag_name) ?? [];
    if (version === undefined || draft || prerelease || published_at === null) return [];
    const archive = assets.find(({ name }) => name === `openssl-${version}.tar.gz`);
    const [, hex] = /^sha256:([0-9a-f]{64})$/.exec(archive?.digest ?? '') ?? [];
    return [
      {
        version,
        published: new Date(published_at),
        notes: html_url,
        sha256: hex === undefined ? undefined : parseSha256(hex, what),
      },
    ];
  });
}

function parse(text: string, what: string): z.infer<typeof Releases> {
  try {
    return Releases.parse(JSON.parse(text));
  } catch (cause) {
    throw new FoundryError('FND_BAD_DATA', `${what} is not a list of releases`, { cause });
  }
}
