import { duration } from '../../output/duration.ts';
import type { ReleaseReport } from '../model/report.ts';
import { documentOf } from './document.ts';
import { evidenceSection, provenanceSection, rebuiltSection } from './evidence-sections.ts';
import { gatesSection, selfTestsSection } from './judgement-sections.ts';
import { type Html, markup } from './markup.ts';
import { problemSection } from './problem-section.ts';
import { changesSection, componentsSection, imagesSection } from './product-sections.ts';
import { stagesSection } from './stages-section.ts';
import { code, moment, signOf, toneOf } from './words.ts';

/** The page of one release, whole: the same report gives the same bytes. */
export function releasePage(report: ReleaseReport): string {
  return documentOf({
    title: `OpenSSL ${report.version} FIPS images, release ${report.commit.slice(0, 12)}: ${report.verdict}`,
    header: headerOf(report),
    main: markup`${problemSection(report)} ${imagesSection(report)} ${changesSection(report)}
    ${stagesSection(report)} ${gatesSection(report)} ${selfTestsSection(report)} ${componentsSection(report)}
    ${provenanceSection(report)} ${rebuiltSection(report)} ${evidenceSection(report)}`,
    footer: markup`<p>${CLAIM}</p><p>
        This page is made from the record of the release, from what is attached to its images, and from
        nothing else: the same release gives the same bytes. It loads nothing and sends nothing.
      </p>`,
  });
}

const CLAIM =
  'The provider is built from the source of the module with CMVP certificate 4985, by its security policy. Wolfi is not one of its tested environments, and a module that is built anew is not the validated binary: these images are not “validated”.';

function headerOf(report: ReleaseReport): Html {
  const { version, commit, verdict, because, startedAt, endedAt, seconds } = report;
  return markup`<p class="eyebrow">wolfi-openssl-fips · release report</p><h1>OpenSSL ${version} with the FIPS provider</h1><div class="verdict ${toneOf(verdict)}"><p><span class="word"><span aria-hidden="true">${signOf(verdict)}</span> ${verdict}</span></p><p>${because}</p><p class="note">${CLAIM}</p></div><dl><dt>Release</dt><dd>${code(report.id)}</dd><dt>Commit</dt><dd>${code(commit)}</dd>${
    report.source === null ? '' : markup`<dt>Source</dt><dd>${code(report.source)}</dd>`
  }
      ${
        report.provider === null
          ? ''
          : markup`<dt>Provider package</dt><dd>openssl-fips-provider ${report.provider}</dd>`
      }<dt>Began</dt><dd>${moment(startedAt)}</dd>${
        endedAt === null
          ? ''
          : markup`<dt>Ended</dt><dd>${moment(endedAt)}${seconds === null ? '' : `, after ${duration(seconds)}`}</dd>`
      }
      ${
        report.signer === null
          ? ''
          : markup`<dt>Signed by</dt><dd>${code(report.signer.identity)}, vouched for by ${code(report.signer.issuer)}</dd>`
      }
      ${approvalOf(report)}</dl><nav aria-label="Contents"><ul>${SECTIONS.map(([id, title]) => markup`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>`;
}

function approvalOf({ approval }: ReleaseReport): Html | null {
  if (approval === null) return null;
  const { by, reason, at } = approval;
  return markup`<dt>Approved</dt><dd>by ${by} at ${moment(at)}${reason === '' ? '' : `: ${reason}`}</dd>`;
}

const SECTIONS = [
  ['images', 'Images'],
  ['changes', 'What changed'],
  ['stages', 'Stages'],
  ['gates', 'Gates'],
  ['self-tests', 'Self-tests'],
  ['components', 'Components'],
  ['provenance', 'Provenance'],
  ['reproduced', 'Reproduced'],
  ['evidence', 'Evidence'],
] as const;
