import type { ReleaseReport } from '../model/report.ts';
import { type Html, markup } from './markup.ts';
import { code, commandLine, moment, stateWord, tableIn } from './words.ts';

/** Why a release waits or was aborted, what did not pass, what was taken back, and what can be typed next. */
export function problemSection(report: ReleaseReport): Html {
  const { aborted, waiting, failed, next, verdict } = report;
  if (verdict === 'released') return markup``;
  return markup`<section aria-labelledby="problem"><h2 id="problem">${TITLES[verdict]}</h2>${waiting === null ? '' : causeOf(waiting, markup`<p>It waits for ${waiting.for} until ${moment(waiting.until)}.</p>`)}
    ${aborted === null ? '' : causeOf(aborted, markup`<p>It was ended by ${aborted.by}.</p>`)}
    ${failed.length === 0 ? '' : failedTable(report)} ${aborted === null ? '' : compensations(aborted)}<h3>What can be typed next</h3>${next.map(
      ({ what, command }) => markup`<p class="soft">${what}</p>${commandLine(command, what)}`,
    )}</section>`;
}

const TITLES: Readonly<Record<ReleaseReport['verdict'], string>> = {
  released: '',
  refused: 'Why it is refused',
  aborted: 'Why it was aborted',
  waiting: 'What it waits for',
  'under way': 'Not ended yet',
  unknown: 'What is not known',
};

function causeOf(
  {
    stage,
    code: named,
    message,
    hint,
    check,
  }: NonNullable<ReleaseReport['waiting'] | ReleaseReport['aborted']>,
  more: Html,
): Html {
  return markup`${more}<dl><dt>Stage</dt><dd>${stage}</dd><dt>Cause</dt><dd>${code(named)}</dd>${
    check === null ? '' : markup`<dt>Check</dt><dd>${code(check)}</dd>`
  }<dt>Message</dt><dd class="note">${message}</dd>${
    hint === null ? '' : markup`<dt>Hint</dt><dd>${hint}</dd>`
  }</dl>`;
}

function failedTable({ failed }: ReleaseReport): Html {
  return markup`<h3>What did not pass</h3>${tableIn(
    'Checks that did not pass',
    markup`<thead><tr><th scope="col">Check</th><th scope="col">Verdict</th><th scope="col">Where</th><th scope="col">What was seen</th></tr></thead><tbody>${failed.map(
      ({ id, title, verdict, detail, part }) =>
        markup`<tr><th scope="row" class="key">${title}<br />${code(id)}</th><td>${stateWord(verdict)}</td><td>${part}</td><td class="note says">${detail}</td></tr>`,
    )}</tbody>`,
  )}`;
}

function compensations({ compensations: all }: NonNullable<ReleaseReport['aborted']>): Html {
  if (all.length === 0) return markup`<h3>What was taken back</h3><p>There was nothing to take back.</p>`;
  return markup`<h3>What was taken back</h3>${tableIn(
    'What was taken back',
    markup`<thead><tr><th scope="col">What</th><th scope="col">State</th><th scope="col">Detail</th></tr></thead><tbody>${all.map(
      ({ what, state, detail }) =>
        markup`<tr><th scope="row">${what}</th><td>${stateWord(state)}</td><td class="note">${detail}</td></tr>`,
    )}</tbody>`,
  )}`;
}
