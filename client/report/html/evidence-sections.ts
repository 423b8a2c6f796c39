import type { ReleaseReport } from '../model/report.ts';
import { type Html, markup } from './markup.ts';
import { bytes, code, missing, moment, stateWord, tableIn } from './words.ts';

/** The signed provenance of each image, read aloud. */
export function provenanceSection({ provenance, images }: ReleaseReport): Html {
  const without = images
    .map(({ variant, platform }) => `${variant} (${platform})`)
    .filter((image) => !provenance.some((one) => one.image === image));
  return markup`<section aria-labelledby="provenance"><h2 id="provenance">Provenance</h2>${provenance.length === 0 ? missing('There is no signed provenance that holds.') : markup`<p>What the signed provenance (SLSA v1) of each image says, as sentences.</p>`}
    ${provenance.length > 0 && without.length > 0 ? missing(`No signed provenance that holds: ${without.join(', ')}`) : ''}
    ${provenance.map(
      ({ image, sentences }) =>
        markup`<h3>${image}</h3><ul class="says-list">${sentences.map((sentence) => markup`<li>${sentence}</li>`)}</ul>`,
    )}</section>`;
}

/** What two builders made, side by side. */
export function rebuiltSection({ rebuilt }: ReleaseReport): Html {
  return markup`<section aria-labelledby="reproduced"><h2 id="reproduced">Reproduced by two builders</h2>${
    rebuilt.length === 0
      ? missing('There is no signed provenance that holds, so nothing shows that two builders agreed.')
      : markup`<p>
              Two builders that differ in path, host name, time zone, locale, umask and number of jobs made
              everything. Nothing is signed unless their bytes are equal.
            </p>${tableIn(
              'Digests of two builders',
              markup`<thead><tr><th scope="col">What</th><th scope="col">Equal</th><th scope="col">SHA-256 of builder a</th><th scope="col">SHA-256 of builder b</th></tr></thead><tbody>${rebuilt.map(
                ({ what, a, b, isEqual }) =>
                  markup`<tr><th scope="row">${what}</th><td>${isEqual ? stateWord('pass') : stateWord(a === null || b === null ? 'not-run' : 'fail')}</td><td class="key">${code(a ?? 'missing')}</td><td class="key">${code(b ?? 'missing')}</td></tr>`,
              )}</tbody>`,
            )}`
  }</section>`;
}

/** Everything that this page can be checked against. */
export function evidenceSection({ evidence }: ReleaseReport): Html {
  return markup`<section aria-labelledby="evidence"><h2 id="evidence">Evidence</h2>${
    evidence.length === 0
      ? missing('The release left no evidence.')
      : markup`<p>
              Every result and every signed bundle by its SHA-256. Results are in the artifact store; bundles
              are attached to the images.
            </p>${tableIn(
              'Evidence',
              markup`<thead><tr><th scope="col">Where</th><th scope="col">What</th><th scope="col" class="n">Size</th><th scope="col">Signed</th><th scope="col">SHA-256</th></tr></thead><tbody>${evidence.map(
                ({ where, what, digest, bytes: size, at }) =>
                  markup`<tr><td>${where}</td><th scope="row">${what}</th><td class="n">${size === null ? '-' : bytes(size)}</td><td>${at === null ? '-' : moment(at)}</td><td class="key">${code(digest)}</td></tr>`,
              )}</tbody>`,
            )}`
  }</section>`;
}
