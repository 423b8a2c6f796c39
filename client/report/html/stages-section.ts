import { duration } from '../../output/duration.ts';
import type { ReleaseReport, StageReport } from '../model/report.ts';
import { type Html, markup } from './markup.ts';
import { pictureOf } from './picture.ts';
import { missing, stateWord, tableIn } from './words.ts';

/** The pipeline: a picture, the same as a table, and every part of every stage. */
export function stagesSection(report: ReleaseReport): Html {
  const { stages } = report;
  if (stages.length === 0)
    return markup`<section aria-labelledby="stages"><h2 id="stages">Stages</h2>${missing('No record says what its stages came to.')}</section>`;
  return markup`<section aria-labelledby="stages"><h2 id="stages">Stages</h2>${pictureOf(report)} ${stages.map(stageDetails)}</section>`;
}

function stageDetails({ stage, state, seconds, parts }: StageReport): Html {
  const took = seconds === null ? '' : ` ${duration(seconds)}`;
  const head = markup`${stage}: ${stateWord(state)}${took}`;
  if (parts.length === 0) return markup`<p>${head}</p>`;
  return markup`<details><summary>${head}, ${parts.length} ${parts.length === 1 ? 'part' : 'parts'}</summary>${tableIn(
    `Parts of ${stage}`,
    markup`<thead><tr><th scope="col">Part</th><th scope="col">State</th><th scope="col" class="n">Took</th><th scope="col">What came out</th></tr></thead><tbody>${parts.map(
      (part) =>
        markup`<tr><th scope="row" class="key">${part.name}</th><td>${stateWord(part.state)}</td><td class="n">${part.seconds === null ? '-' : duration(part.seconds)}</td><td class="note says">${whatCameOut(part)}</td></tr>`,
    )}</tbody>`,
  )}</details>`;
}

function whatCameOut({ detail, counts }: StageReport['parts'][number]): string {
  if (counts === null) return detail;
  const said = `${counts.pass} passed, ${counts.fail} failed, ${counts['not-run']} not run`;
  return detail === '' ? said : `${detail}\n${said}`;
}
