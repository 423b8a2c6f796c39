import type { ReleaseStatus } from '../../domain/release/status.ts';

/** The status as the Temporal UI shows it, in Markdown. */
export function statusTable({ state, stages, waiting, aborted }: ReleaseStatus): string {
  const rows = stages.flatMap(({ stage, state: verdict, seconds, parts }) => [
    row(`**${stage}**`, `**${verdict}**`, seconds, ''),
    ...parts.map((part) => row(part.name, part.state, part.seconds, part.detail ?? '')),
  ]);
  const said = waiting?.problem ?? aborted?.problem;
  const words = said === undefined ? [] : ['', `**${state}**: ${said.message}`];
  return ['| what | verdict | seconds | |', '|---|---|---|---|', ...rows, ...words].join('\n');
}

function row(what: string, verdict: string, seconds: number | null, detail: string): string {
  const [first = ''] = detail.split('\n', 1);
  return `| ${what} | ${verdict} | ${seconds === null ? '' : seconds.toFixed(1)} | ${first.replaceAll('|', '\\|')} |`;
}
