import type { Changes, ImageReport, ReleaseReport } from '../model/report.ts';
import { type Html, markup } from './markup.ts';
import { bytes, code, commandLine, missing, stateWord, tableIn } from './words.ts';

/** The images with their digests and sizes, and how to pull and verify each. */
export function imagesSection({ images, record }: ReleaseReport): Html {
  const none = missing('No image of this release is published, so there is nothing to pull.');
  return markup`<section aria-labelledby="images"><h2 id="images">Images</h2>${
    images.length === 0
      ? none
      : markup`<p>
              Pin the digest: a tag can lead elsewhere tomorrow. Sizes are of what is pulled, compressed.
            </p>${imageTable(images)}${images.map(imageCard)}`
  }
    ${record.length === 0 ? '' : checkDetails('The signed record of the release', record)}</section>`;
}

function imageTable(images: readonly ImageReport[]): Html {
  return tableIn(
    'Images',
    markup`<thead><tr><th scope="col">Image</th><th scope="col">Verified</th><th scope="col" class="n">Size</th><th scope="col" class="n">Packages</th><th scope="col">Tag</th><th scope="col">Digest</th></tr></thead><tbody>${images.map(
      ({ variant, platform, verdict, bytes: size, packages, tag, digest }) =>
        markup`<tr><th scope="row">${variant}<br /><span class="soft">${platform}</span></th><td>${stateWord(verdict)}</td><td class="n">${bytes(size)}</td><td class="n">${packages ?? 'not known'}</td><td>${tag ?? 'none'}</td><td class="key">${code(digest)}</td></tr>`,
    )}</tbody>`,
  );
}

function imageCard({ variant, platform, refusal, commands, checks }: ImageReport): Html {
  return markup`<details><summary><h3>${variant} (${platform}): pull and verify</h3></summary><div class="card">${refusal === null ? '' : missing(`Refused: ${refusal}`)}
      ${commands.map(
        ({ what, command }) =>
          markup`<p class="soft">${what}</p>${commandLine(command, `${variant}: ${what}`)}`,
      )}<p class="note">
        trusted_root.json is the trusted root of the Sigstore that vouches for the signatures. Each line ends
        with 0 when what it asks holds.
      </p>${checkDetails('What a consumer’s verification found', checks)}</div></details>`;
}

function checkDetails(title: string, checks: ImageReport['checks']): Html {
  const passed = checks.filter(({ verdict }) => verdict === 'pass').length;
  return markup`<details><summary>${title}: ${passed} of ${checks.length} checks passed</summary>${tableIn(
    title,
    markup`<thead><tr><th scope="col">Check</th><th scope="col">Verdict</th><th scope="col">What was seen</th></tr></thead><tbody>${checks.map(
      ({ id, title: name, verdict, detail }) =>
        markup`<tr><th scope="row" class="key">${name}<br />${code(id)}</th><td>${stateWord(verdict)}</td><td class="note says">${detail}</td></tr>`,
    )}</tbody>`,
  )}</details>`;
}

/** What is other than in the release before. */
export function changesSection({ changes, images, verdict }: ReleaseReport): Html {
  const none =
    images.length === 0
      ? 'Nothing is published, so there is nothing to compare.'
      : 'No earlier release is known, so there is nothing to compare.';
  return markup`<section aria-labelledby="changes"><h2 id="changes">What changed</h2>${changes === null ? (verdict === 'released' ? markup`<p>${none}</p>` : missing(none)) : changesOf(changes)}</section>`;
}

function changesOf(changes: Changes): Html {
  const { since, packages, gone, isWatched, sizes, missing: uncompared } = changes;
  return markup`<p>Compared with OpenSSL ${since.version}, commit ${code(since.commit)}.</p>${uncompared.length === 0 ? '' : missing(`Packages could not be compared: ${uncompared.join(', ')}`)}<h3>Packages</h3>${packages.length === 0 ? markup`<p>${uncompared.length === 0 ? 'The same packages at the same versions.' : 'No difference in what could be compared.'}</p>` : packageChanges(packages)}<h3>Known vulnerabilities that are gone</h3>${isWatched ? '' : missing('The watch has not looked at all images of the earlier release, so more may be gone.')}
    ${gone.length === 0 ? markup`<p>None that the watch knew of when this release ended.</p>` : goneTable(gone)}<h3>Size</h3>${tableIn(
      'Sizes',
      markup`<thead><tr><th scope="col">Image</th><th scope="col" class="n">Before</th><th scope="col" class="n">Now</th><th scope="col" class="n">Difference</th></tr></thead><tbody>${sizes.map(
        ({ variant, before, after }) =>
          markup`<tr><th scope="row">${variant}</th><td class="n">${bytes(before)}</td><td class="n">${bytes(after)}</td><td class="n">${difference(before, after)}</td></tr>`,
      )}</tbody>`,
    )}`;
}

/** More is not read by anybody on a page, and the SBOMs have it. */
const MOST_CHANGES = 200;

function packageChanges(packages: Changes['packages']): Html {
  const more = packages.length - MOST_CHANGES;
  const rest = `And ${more} more: the SBOMs of both releases have all of them.`;
  return markup`${packageTable(packages.slice(0, MOST_CHANGES))}${more > 0 ? markup`<p>${rest}</p>` : ''}`;
}

function packageTable(packages: Changes['packages']): Html {
  return tableIn(
    'Packages that changed',
    markup`<thead><tr><th scope="col">Package</th><th scope="col">Before</th><th scope="col">Now</th><th scope="col">In</th></tr></thead><tbody>${packages.map(
      ({ name, before, after, variants }) =>
        markup`<tr><th scope="row">${name}</th><td>${before ?? 'not there'}</td><td>${after ?? 'gone'}</td><td>${variants.join(', ')}</td></tr>`,
    )}</tbody>`,
  );
}

function goneTable(gone: Changes['gone']): Html {
  return tableIn(
    'Vulnerabilities that are gone',
    markup`<thead><tr><th scope="col">Vulnerability</th><th scope="col">Severity</th><th scope="col">Was in</th><th scope="col">Images</th></tr></thead><tbody>${gone.map(
      ({ id, severity, package: name, version, variants }) =>
        markup`<tr><th scope="row">${id}</th><td>${severity}</td><td>${name} ${version}</td><td>${variants.join(', ')}</td></tr>`,
    )}</tbody>`,
  );
}

function difference(before: number | null, after: number | null): string {
  if (before === null || after === null) return 'not known';
  if (before === after) return 'none';
  return `${after > before ? '+' : '−'}${bytes(Math.abs(after - before))}`;
}

/** The packages of all images, with a search that works on what is there anyway. */
export function componentsSection({ components, withoutSbom, images }: ReleaseReport): Html {
  const lost = images.length === 0 ? 'No image is published, so there is no SBOM.' : '';
  return markup`<section aria-labelledby="components"><h2 id="components">Components</h2>${lost === '' ? markup`<p>The packages of all images by their signed SBOMs, which were compared with every file of the image. The same bytes are listed once; each digest is of the whole package.</p>` : missing(lost)}
    ${withoutSbom.length === 0 ? '' : missing(`No SBOM that holds: ${withoutSbom.join(', ')}`)}
    ${components.length === 0 ? '' : componentTable(components)}</section>`;
}

function componentTable(components: ReleaseReport['components']): Html {
  return markup`<form class="search" data-filters="component-table" role="search" hidden><label for="component-search">Search name, version, licence, digest, image</label
      ><input id="component-search" type="search" autocomplete="off" spellcheck="false" /><output
        for="component-search"
      ></output></form><div class="wide" tabindex="0" role="region" aria-label="Components"><table id="component-table"><thead><tr><th scope="col">Package</th><th scope="col">Version</th><th scope="col">Built from</th><th scope="col">Licence</th><th scope="col">In</th><th scope="col">SHA-256</th></tr></thead><tbody>${components.map(
        ({ name, version, origin, licence, variants, sha256 }) =>
          // End tags that HTML does without: thousands of rows stay under a megabyte.
          markup`<tr><th scope=row>${name}<td>${version}<td>${origin}<td>${licence === '' ? 'not said' : licence}<td>${variants.join(', ')}<td>${sha256}
`,
      )}</tbody></table></div>`;
}
