import type { Answer, ApiRequest, Endpoint, ForgeContext } from '../endpoint.ts';
import { notFound } from '../api-error.ts';
import { paginate } from '../pagination.ts';
import { type Links, nodeId, stableId } from '../represent/links.ts';
import { representUser } from '../represent/user.ts';
import { UPSTREAM_REPOSITORY } from '../../upstream-repository.ts';
import { type WorldAsset, type WorldRelease } from '../world-releases.ts';

const RELEASES = '/repos/{owner}/{repo}/releases';

/** Releases of the upstream project, made of what today's world offers for download. */
export const releaseEndpoints: readonly Endpoint[] = [
  { operation: `GET ${RELEASES}`, access: 'public', on: 'every', handle: list },
  { operation: `GET ${RELEASES}/latest`, access: 'public', on: 'every', handle: latest },
  { operation: `GET ${RELEASES}/tags/{tag}`, access: 'public', on: 'every', handle: byTag },
];

async function list(request: ApiRequest, forge: ForgeContext): Promise<Answer> {
  const { items, headers } = paginate(await releasesOf(request, forge), request);
  return { status: 200, headers, body: items.map((release) => represent(release, request.links)) };
}

async function latest(request: ApiRequest, forge: ForgeContext): Promise<Answer> {
  const [newest] = await releasesOf(request, forge);
  if (newest === undefined) throw notFound();
  return { status: 200, body: represent(newest, request.links) };
}

async function byTag(request: ApiRequest, forge: ForgeContext): Promise<Answer> {
  const releases = await releasesOf(request, forge);
  const release = releases.find(({ tag }) => tag === request.parameters['tag']);
  if (release === undefined) throw notFound();
  return { status: 200, body: represent(release, request.links) };
}

async function releasesOf({ links }: ApiRequest, forge: ForgeContext): Promise<WorldRelease[]> {
  const upstream = links.owner === UPSTREAM_REPOSITORY.owner && links.repo === UPSTREAM_REPOSITORY.name;
  return upstream ? await forge.releases.list() : [];
}

function represent({ tag, assets, published }: WorldRelease, links: Links): Record<string, unknown> {
  const id = stableId(tag);
  const api = links.api(`/releases/${id}`);
  return {
    id,
    node_id: nodeId('Release', tag),
    url: api,
    assets_url: `${api}/assets`,
    upload_url: `${api}/assets{?name,label}`,
    html_url: links.html(`/releases/tag/${tag}`),
    tarball_url: null,
    zipball_url: null,
    tag_name: tag,
    target_commitish: 'main',
    name: `${tag} (foundry lab)`,
    body: 'A release of the foundry lab on this machine; not published by the OpenSSL project.',
    draft: false,
    prerelease: false,
    created_at: published.toISOString(),
    published_at: published.toISOString(),
    author: representUser(links.origin, links.owner),
    assets: assets.map((asset) => representAsset(asset, tag, links)),
  };
}

function representAsset(asset: WorldAsset, tag: string, links: Links): Record<string, unknown> {
  const id = stableId(`${tag}/${asset.name}`);
  return {
    id,
    node_id: nodeId('ReleaseAsset', id),
    name: asset.name,
    label: null,
    state: 'uploaded',
    content_type: asset.contentType,
    size: asset.size,
    digest: `sha256:${asset.sha256}`,
    download_count: 0,
    url: links.api(`/releases/assets/${id}`),
    browser_download_url: links.html(`/releases/download/${tag}/${asset.name}`),
    uploader: representUser(links.origin, links.owner),
    created_at: asset.modified.toISOString(),
    updated_at: asset.modified.toISOString(),
  };
}
