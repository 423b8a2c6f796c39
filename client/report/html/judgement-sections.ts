import type { GateCell, ReleaseReport, SelfTestGroup } from '../model/report.ts';
import { type Html, markup } from './markup.ts';
import { code, missing, signOf, stateWord, tableIn } from './words.ts';

/** Every image with every gate, what each of them ran with, and what persons state. */
export function gatesSection({ gates, statements, verdict }: ReleaseReport): Html {
  const heads = gates[0]?.cells ?? [];
  return markup`<section aria-labelledby="gates"><h2 id="gates">Gates</h2><p>${verdict === 'released' || verdict === 'refused' ? 'A gate passes here when the release says so and a signed result that holds says so, too.' : 'The release has not completed, so nothing is signed: this is what its own record says.'}
      Each gate also had to catch its canary in the same run. A verdict of “stale” means that the knowledge it
      was judged by was too old; “not-run” blocks as a failure does.
    </p>${tableIn(
      'Gates by image',
      markup`<thead><tr><th scope="col">Image</th>${heads.map(({ gate }) => markup`<th scope="col">${gate}</th>`)}</tr></thead><tbody>${gates.map(
        ({ image, cells }) =>
          markup`<tr><th scope="row">${image}</th>${cells.map((cell) => markup`<td>${stateWord(cell.state)}<br /><span class="soft">${countsOf(cell)}</span></td>`)}</tr>`,
      )}</tbody>`,
    )}
    ${gates.map(({ image, cells }) => gateDetails(image, cells))}
    ${statements.length === 0 ? '' : statementTable(statements)}</section>`;
}

function countsOf({ counts }: GateCell): string {
  if (counts === null) return 'nothing looked at';
  const { pass, fail, 'not-run': notRun } = counts;
  return fail + notRun === 0 ? `${pass} checks` : `${pass} pass, ${fail} fail, ${notRun} not run`;
}

function gateDetails(image: string, cells: readonly GateCell[]): Html {
  return markup`<details><summary>${image}: what the gates ran with</summary>${tableIn(
    `Gates of ${image}`,
    markup`<thead><tr><th scope="col">Gate</th><th scope="col">State</th><th scope="col">Scanner and databases</th><th scope="col">Notes</th></tr></thead><tbody>${cells.map(
      ({ gate, state, scanner, databases, note, evidence }) =>
        markup`<tr><th scope="row">${gate}</th><td>${stateWord(state)}</td><td class="note says">${[scanner, ...databases].filter((one) => one !== '').join('\n')}</td><td class="note">${note}${evidence === null ? '' : markup`${note === '' ? '' : '\n'}evidence ${code(evidence.slice(0, 12))}`}</td></tr>`,
    )}</tbody>`,
  )}</details>`;
}

function statementTable(statements: ReleaseReport['statements']): Html {
  return markup`<h3>What persons state about vulnerabilities</h3>${tableIn(
    'Statements about vulnerabilities',
    markup`<thead><tr><th scope="col">Vulnerability</th><th scope="col">Status</th><th scope="col">Statement</th></tr></thead><tbody>${statements.map(
      ({ id, status, says }) =>
        markup`<tr><th scope="row">${id}</th><td>${status}</td><td class="note says">${says}</td></tr>`,
    )}</tbody>`,
  )}`;
}

/** The self-tests by group, with every test below its group. */
export function selfTestsSection({ tested, untested, selfTests }: ReleaseReport): Html {
  const names = tested.map((image) => markup`<th scope="col" class="n">${image}</th>`);
  return markup`<section aria-labelledby="self-tests"><h2 id="self-tests">Self-tests and compliance</h2>${tested.length === 0 ? missing('There is no signed result of self-tests that holds.') : markup`<p>Run in the finished images, by digest, without a network, as the user of the image. A check that does not pass aborts the release.</p>`}
    ${untested.length === 0 ? '' : missing(`No signed result that holds: ${untested.join(', ')}`)}
    ${
      tested.length === 0
        ? ''
        : tableIn(
            'Self-tests by group',
            markup`<thead><tr><th scope="col">Group</th>${names}</tr></thead><tbody>${selfTests.map(
              ({ prefix, title, counts }) =>
                markup`<tr><th scope="row">${title}<br />${code(prefix)}</th>${counts.map(countCell)}</tr>`,
            )}<tr><th scope="row">All</th>${tested.map((_, at) => countCell(sumOf(selfTests, at)))}</tr></tbody>`,
          )
    }
    ${selfTests.map((group) => groupDetails(group, tested))}</section>`;
}

type Count = SelfTestGroup['counts'][number];

function sumOf(groups: readonly SelfTestGroup[], at: number): Count {
  const counts = groups.flatMap((group) => group.counts[at] ?? []);
  return {
    pass: counts.reduce((sum, { pass }) => sum + pass, 0),
    fail: counts.reduce((sum, { fail }) => sum + fail, 0),
  };
}

function countCell({ pass, fail }: Count): Html {
  if (fail > 0) return markup`<td class="n">${stateWord('fail')} ${fail} of ${pass + fail}</td>`;
  return markup`<td class="n">${pass === 0 ? '-' : markup`${pass} <span class="soft">passed</span>`}</td>`;
}

function groupDetails({ prefix, title, tests }: SelfTestGroup, tested: readonly string[]): Html {
  return markup`<details><summary>${prefix}: ${title} (${tests.length})</summary>${tableIn(
    title,
    markup`<thead><tr><th scope="col">Test</th><th scope="col">What it shows</th>${tested.map((image) => markup`<th scope="col">${image}</th>`)}</tr></thead><tbody>${tests.map(
      ({ id, title: name, marks }) =>
        markup`<tr><th scope=row>${id}<td>${name}${marks.map((mark) => markup`<td>${mark === '-' ? '-' : `${signOf(mark)} ${mark}`}`)}
`,
    )}</tbody>`,
  )}</details>`;
}
