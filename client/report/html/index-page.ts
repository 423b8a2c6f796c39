import { duration } from '../../output/duration.ts';
import type { IndexReport } from '../model/index-report.ts';
import { documentOf } from './document.ts';
import { type Html, markup } from './markup.ts';
import { timelineOf } from './timeline.ts';
import { code, missing, moment, signOf, stateWord, tableIn, toneOf } from './words.ts';

/** The page over all releases, with how it stands with known vulnerabilities. The same report gives the same bytes. */
export function indexPage(report: IndexReport): string {
  return documentOf({
    title: 'wolfi-openssl-fips: all releases',
    header: markup`<p class="eyebrow">wolfi-openssl-fips</p><h1>All releases</h1>${standing(report)}`,
    main: markup`${timelineSection(report)}
<section aria-labelledby="releases"><h2 id="releases">Releases</h2>
${report.releases.length === 0 ? missing('No release is kept.') : releaseTable(report)}</section>`,
    footer: markup`<p>Gates are counted here as each release says itself; what is signed is on its own page. This page loads nothing and sends nothing.</p>`,
  });
}

function standing({ watch }: IndexReport): Html {
  if (watch === null) return missing('Nobody has looked at what is published: how it stands is not known.');
  const { exposure, since, lookedAt, problems } = watch;
  const state = exposure === 'zero' ? 'zero' : exposure === 'unknown' ? 'unknown' : 'exposed';
  const words = {
    zero: 'newest version: zero known CVEs',
    unknown: 'not known',
    exposed: `newest version ${exposure}`,
  }[state];
  return markup`<div class="verdict ${toneOf(state)}">
<p><span class="word"><span aria-hidden="true">${signOf(state)}</span> ${words}</span></p>
<p>${since === null ? 'The last look could not look at everything, so nobody may say zero.' : markup`Since ${moment(since)}.`} The last look was ${moment(lookedAt)}; it says nothing of the time after it.</p>
${problems.map((problem) => markup`<p class="note">${problem}</p>`)}
</div>`;
}

function timelineSection({ watch }: IndexReport): Html {
  if (watch === null || watch.lines.length === 0)
    return markup`<section aria-labelledby="timeline"><h2 id="timeline">Known vulnerabilities over time</h2>${missing('No image was looked at yet.')}</section>`;
  const { from, lookedAt, lines, databases } = watch;
  return markup`<section aria-labelledby="timeline"><h2 id="timeline">Known vulnerabilities over time</h2>
<p>What each tag led to while it was published, and when that was exposed to a known vulnerability for which nobody has stated that it does no harm. An older version stays exposed when a newer one has the fix.</p>
${timelineOf(lines, from, lookedAt)}
${tableIn(
  'Exposure by version and variant',
  markup`<thead><tr><th scope="col">Image</th><th scope="col">Now</th><th scope="col">Exposed</th><th scope="col">To</th></tr></thead>
<tbody>${lines.map(
    ({ version, variant, isPublished, exposed, vulnerabilities }) =>
      markup`<tr><th scope="row">${version} ${variant}</th><td>${isPublished ? 'published' : 'not published'}</td><td class="says">${exposed.length === 0 ? 'never' : exposed.map((span) => markup`${moment(span.from)} to ${span.until === lookedAt ? 'the last look' : moment(span.until)}<br>`)}</td><td class="says">${vulnerabilities.length === 0 ? 'nothing known' : vulnerabilities.join(', ')}</td></tr>`,
  )}</tbody>`,
)}
<p class="note">Known by: ${databases.join('; ')}</p></section>`;
}

function releaseTable({ releases }: IndexReport): Html {
  return markup`<form class="search" data-filters="release-table" role="search" hidden><label for="release-search">Search version, commit, state</label><input id="release-search" type="search" autocomplete="off" spellcheck="false"><output for="release-search"></output></form>
<div class="wide" tabindex="0" role="region" aria-label="Releases"><table id="release-table"><thead><tr><th scope="col">Release</th><th scope="col">State</th><th scope="col">Stage</th><th scope="col">Gates</th><th scope="col" class="n">Images</th><th scope="col">Began</th><th scope="col" class="n">Took</th></tr></thead>
<tbody>${releases.map(rowOf)}</tbody></table></div>`;
}

function rowOf({
  version,
  commit,
  state,
  stage,
  gates,
  images,
  startedAt,
  endedAt,
  page,
}: IndexReport['releases'][number]): Html {
  const name = markup`${version} ${code(commit.slice(0, 12))}`;
  const took = endedAt === null ? '-' : duration((Date.parse(endedAt) - Date.parse(startedAt)) / 1000);
  return markup`<tr><th scope="row">${page === null ? name : markup`<a href="${page}">${name}</a>`}</th><td>${stateWord(state)}</td><td>${stage ?? '-'}</td><td>${Object.entries(
    gates,
  )
    .filter(([, count]) => count > 0)
    .map(([word, count]) => `${count} ${word}`)
    .join(', ')}</td><td class="n">${images}</td><td>${moment(startedAt)}</td><td class="n">${took}</td></tr>
`;
}
