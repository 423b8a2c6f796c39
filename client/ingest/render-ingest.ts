import type { Alarm, Bump, Waiting } from '../../domain/ingest/plan.ts';
import { columns } from '../output/columns.ts';
import type { IngestOutcome } from './run-ingest.ts';

const DAY_MS = 86_400_000;
const NONE = '-';

/** What a run of ingest found and did, for people. `now` is what ages are counted from. */
export function renderIngest(outcome: IngestOutcome, now: Date): string {
  const { plan } = outcome;
  return [
    ...bumpLines(plan.bumps, now),
    ...section('waiting', waitingLines(plan.waiting)),
    ...section('alarms', plan.alarms.flatMap(alarmLines)),
    ...section('makes anew', plan.rebuilds.length === 0 ? [] : [plan.rebuilds.join(', ')]),
    ...(plan.bumps.length + plan.waiting.length + plan.alarms.length === 0 ? [] : ['']),
    ending(outcome),
  ].join('\n');
}

function bumpLines(bumps: readonly Bump[], now: Date): string[] {
  if (bumps.length === 0) return [];
  const rows = bumps.map((bump) => [
    bump.name,
    short(bump.from),
    short(bump.to),
    bump.reason,
    bump.fixes.join(' ') || NONE,
    ageOf(bump, now),
    bump.purposes.join(' ') || NONE,
  ]);
  const head = ['WHAT', 'FROM', 'TO', 'REASON', 'FIXES', 'AGE', 'FOR'];
  const notes = bumps.flatMap(({ name, to, notes: address }) =>
    address === null ? [] : [`${name} ${short(to)}: ${address}`],
  );
  return [...columns([head, ...rows]), ...section('release notes', notes)];
}

function waitingLines(waiting: readonly Waiting[]): string[] {
  return columns(
    waiting.map(({ bump, why, until, detail }) => [
      bump.name,
      `${short(bump.from)} -> ${short(bump.to)}`,
      why,
      until === null ? NONE : `until ${until.slice(0, 16).replace('T', ' ')}`,
      detail,
    ]),
  );
}

function alarmLines({ title, detail }: Alarm): string[] {
  return [title, `  ${detail}`];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', `${title}:`, ...lines.map((line) => `  ${line}`)];
}

function ending({ isChanged, isDryRun, commit, pullRequest, plan }: IngestOutcome): string {
  const verified = `${plan.verified.length} things verified`;
  if (!isChanged) return `no pin changes: those of ${commit} stay (${verified})`;
  if (isDryRun) return `this would follow ${commit} (${verified}); nothing was written`;
  return pullRequest === null
    ? `committed as ${commit} (${verified})`
    : `proposed as ${commit} in ${pullRequest} (${verified})`;
}

function ageOf({ since }: Bump, now: Date): string {
  if (since === null) return NONE;
  const days = Math.floor((now.getTime() - Date.parse(since)) / DAY_MS);
  return days < 1 ? '< 1 day' : `${days} day${days === 1 ? '' : 's'}`;
}

/** Digests are cut: the commit has them whole. */
function short(text: string | null): string {
  if (text === null) return NONE;
  return /^(?:sha256:)?[0-9a-f]{64}$/.test(text) ? text.replace('sha256:', '').slice(0, 12) : text;
}
