import { z } from 'zod';
import { FoundryError } from '../../domain/errors.ts';
import { sendToRegistry } from './endpoint.ts';
import { readBody } from './exchange.ts';
import { type Client, repositoryUrl, sameOrigin, subject } from './references.ts';

const TAG_LIST_LIMIT = 16 * 1024 * 1024;
const PAGE_SIZE = 1000;
const PAGES_AT_MOST = 1000;

const TagList = z.object({ tags: z.array(z.string()).nullish() });

/** `Registry.listTags`: follows the `Link: <…>; rel="next"` header (RFC 8288) until there is none. */
export async function listTags(client: Client, repository: string): Promise<string[]> {
  const what = `${repository} (tags)`;
  const tags: string[] = [];
  let url: URL | undefined = repositoryUrl(client, repository, `tags/list?n=${PAGE_SIZE}`);
  for (let page = 0; url !== undefined; page += 1) {
    if (page === PAGES_AT_MOST) {
      throw new FoundryError('FND_BAD_DATA', `${subject(client, what)}: more than ${PAGES_AT_MOST} pages`);
    }
    const response = await sendToRegistry(client.endpoint, { method: 'GET', url, what, expect: [200, 404] });
    const body = await readBody(response, subject(client, what), TAG_LIST_LIMIT);
    if (response.status === 404) return tags;
    tags.push(...parseTags(body, subject(client, what)));
    const next = nextLink(response.headers.get('link'));
    url = next === undefined ? undefined : sameOrigin(client, new URL(next, url), what);
  }
  return tags;
}

function parseTags(body: Uint8Array, what: string): string[] {
  try {
    return TagList.parse(JSON.parse(Buffer.from(body).toString('utf8'))).tags ?? [];
  } catch (cause) {
    throw new FoundryError('FND_BAD_DATA', `${what}: the answer is not a list of tags`, { cause });
  }
}

function nextLink(header: string | null): string | undefined {
  for (const match of (header ?? '').matchAll(/<([^>]*)>([^,<]*)/g)) {
    if (/;\s*rel="?next"?/i.test(match[2] ?? '')) return match[1];
  }
  return undefined;
}
