import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ifThere } from '../../adapters/files/if-there.ts';
import type { ServedDay } from './world-clock.ts';

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}
strong.lab{display:block;border:2px solid #b45309;padding:.6rem .8rem;background:#fff7ed}code{font-family:ui-monospace,monospace}
@media (prefers-color-scheme:dark){body{color:#eee;background:#181818}strong.lab{background:#2a1a08}a{color:#8ab4f8}}`;

const OPENSSL_DOWNLOADS = 'openssl/openssl/releases/download';

/** The page for people at `/`: that this is a lab, which day it is, and where things are. It needs no other file. */
export async function startPage(
  day: ServedDay | undefined,
  repositories: readonly string[],
): Promise<string> {
  const served = day === undefined ? [] : await servedPlaces(day.publicDir);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Foundry lab</title><style>${STYLE}</style></head><body>
<h1>Foundry lab</h1>
<p><strong class="lab">This is a lab on your own machine. It is not Wolfi, not the OpenSSL project and not GitHub;
its packages, keys, releases and advisories are for trying out the foundry. Nothing here is validated or fit for production.</strong></p>
${dayOf(day)}
<h2>Served here</h2>
<ul>${served.map((path) => item(`/${path}`, path)).join('')}${repositories.map(repositoryItems).join('')}
${item('/api/v3/rate_limit', 'GitHub API at /api/v3')}${item('/healthz', 'health')}</ul>
</body></html>
`;
}

function dayOf(day: ServedDay | undefined): string {
  if (day === undefined) return '<p>There is no world yet. Make one: <code>./foundry lab</code></p>';
  const outage = day.outage === null ? '' : `<p>Upstream is out of order today: ${escape(day.outage)}.</p>`;
  return `<h2>Day ${day.day}: ${escape(day.title)}</h2>
<ul>${day.news.map((line) => `<li>${escape(line)}</li>`).join('')}</ul>${outage}
<p>The next day comes with <code>./foundry lab advance</code>.</p>`;
}

async function servedPlaces(publicDir: string): Promise<string[]> {
  const releases = (await ifThere(readdir(join(publicDir, OPENSSL_DOWNLOADS)))) ?? [];
  const places = releases.sort().map((tag) => `${OPENSSL_DOWNLOADS}/${tag}/${tag}.tar.gz`);
  return ['os/x86_64/APKINDEX.tar.gz', 'os/wolfi-signing.rsa.pub', 'os/security.json', ...places];
}

function repositoryItems(name: string): string {
  return `<li><code>git clone http://…/git/${escape(name)}.git</code></li>${item(`/api/v3/repos/${name}`, `API of ${name}`)}`;
}

function item(href: string, text: string): string {
  return `<li><a href="${escape(href)}">${escape(text)}</a></li>`;
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
