import type { Check } from '../../domain/release/check.ts';
import type { ReleaseStatus, StageStatus } from '../../domain/release/status.ts';
import { type WithdrawalStatus, withdrawalsOf } from '../../domain/withdrawal/contract.ts';
import { columns } from '../output/columns.ts';
import { duration } from '../output/duration.ts';
import type { Awaited, AwaitedQueue } from './awaited-queues.ts';
import { BY } from './ending.ts';
import { mark, paintMark } from './marks.ts';
import { giveUp, goOn, waitedFor } from './decisions.ts';
import { isOpen, type ReleaseEntry } from './release-entry.ts';
import { shortCommit } from './select-release.ts';

/**
 * A release for people, whole: stages, parts, what did not pass, images, what it waits for, what an abort undid, and what can be typed next.
 * `awaited` are the queues that it waits for a worker on.
 */
export function renderRelease(
  entry: ReleaseEntry,
  ui: string,
  colour: boolean,
  awaited: readonly AwaitedQueue[] = [],
): string {
  const { id, version, commit, state, startedAt, seconds, status } = entry;
  const head = columns([
    ['release', id],
    ['version', version],
    ['commit', commit],
    ['state', `${mark(state)} ${state}`],
    ['began', `${toSeconds(startedAt)}, ${isOpen(entry) ? 'so far' : 'took'} ${duration(seconds)}`],
  ]);
  const known =
    status === null
      ? ['', EXPLAINED[state] ?? 'nothing more is known']
      : [
          '',
          ...status.stages.flatMap(stageLines),
          ...failedLines(status),
          ...imageLines(status),
          ...waitingLines(entry),
          ...abortedLines(status),
          ...(EXPLAINED[state] === undefined ? [] : ['', EXPLAINED[state]]),
        ];
  const lines = [
    ...head,
    ...known,
    ...awaitedLines(awaited),
    '',
    ...columns([...nextCommands(entry), ['Temporal UI', ui]]),
  ];
  return (colour ? lines.map(paintMark) : lines).join('\n');
}

/** All releases, one a line; of one that was withdrawn, whole or in part, that comes first, then that nobody serves a queue that it waits for. */
export function renderList(
  entries: readonly ReleaseEntry[],
  withdrawals: readonly WithdrawalStatus[],
  colour: boolean,
  awaited: Awaited = new Map(),
): string {
  if (entries.length === 0) return 'no release yet: make one with `./foundry release`';
  const rows = entries.map((entry) => [
    stateIn(entry, withdrawalsOf(withdrawals, entry), awaited.get(entry.runId) ?? []),
    entry.version,
    shortCommit(entry),
    entry.stage ?? '-',
    toSeconds(entry.startedAt),
    duration(entry.seconds),
    entry.id,
  ]);
  const lines = columns([['STATE', 'VERSION', 'COMMIT', 'STAGE', 'STARTED', 'TOOK', 'ID'], ...rows]);
  return (colour ? lines.map(paintMark) : lines).join('\n');
}

function stateIn(
  { state }: ReleaseEntry,
  withdrawals: readonly WithdrawalStatus[],
  awaited: readonly AwaitedQueue[],
): string {
  const unserved = awaited.filter(({ isServed }) => !isServed).map(({ queue }) => queue);
  if (withdrawals.length === 0 && unserved.length > 0)
    return `${mark('waiting')} no worker on ${unserved.join(', ')}`;
  if (withdrawals.length === 0) return `${mark(state)} ${state}`;
  const isWhole = withdrawals.some(({ variant }) => variant === null);
  return `${mark('withdrawn')} ${isWhole ? 'withdrawn' : 'withdrawn in part'}`;
}

/** One stage: its verdict and time, and its parts below it. */
export function stageLines({ stage, state, seconds, attempts, parts }: StageStatus): string[] {
  const times = attempts > 1 ? `attempt ${attempts}` : '';
  const took = seconds === null ? '' : duration(seconds);
  const head = [mark(state), stage.padEnd(9), state.padEnd(8), took.padStart(7), times].join(' ').trimEnd();
  const rows = parts.map((part) => [
    `    ${mark(part.state)} ${part.name}`,
    part.state,
    part.seconds === null ? '' : duration(part.seconds),
    firstLine(part.detail ?? countsOf(part.outcome)),
  ]);
  return [head, ...columns(rows)];
}

const EXPLAINED: Readonly<Partial<Record<ReleaseEntry['state'], string>>> = {
  queued: 'It waits for a worker to take it up: `./foundry up` starts them.',
  stopped: 'Somebody ended it from outside: nothing says that what it did was taken back.',
  unreadable: 'It has no record that this foundry can read, so how it ended is not known.',
};

function countsOf(outcome: StageStatus['parts'][number]['outcome']): string {
  if (outcome === null) return '';
  const { pass, fail, 'not-run': notRun } = outcome.counts;
  return `${pass} passed, ${fail} failed, ${notRun} not run; evidence ${outcome.evidence.digest.slice(0, 12)}`;
}

function failedLines({ stages }: ReleaseStatus): string[] {
  const checks = stages.flatMap(({ parts }) =>
    parts.flatMap(({ name, outcome }) => (outcome?.failed ?? []).map((check) => ({ name, check }))),
  );
  if (checks.length === 0) return [];
  return ['', 'did not pass:', ...checks.flatMap(({ name, check }) => checkLines(name, check))];
}

function checkLines(part: string, { id, title, verdict, detail }: Check): string[] {
  return [
    `  ${mark(verdict)} ${verdict} ${id} (${part}): ${title}`,
    ...detail.split('\n').map((line) => `      ${line}`),
  ];
}

function imageLines({ images }: ReleaseStatus): string[] {
  if (images.length === 0) return [];
  const isPublished = images.every(({ tag }) => tag !== null);
  const rows = images.map(({ variant, platform, registry, repository, digest, tag }) => [
    `  ${variant}`,
    platform,
    tag === null ? `${registry}/${repository}@${digest}` : `${registry}/${repository}:${tag}`,
    tag === null ? '' : digest,
  ]);
  return ['', isPublished ? 'images:' : 'images in quarantine:', ...columns(rows)];
}

function waitingLines({ status }: ReleaseEntry): string[] {
  const waiting = status?.waiting ?? null;
  if (waiting === null) return [];
  const { stage, problem, until } = waiting;
  return [
    '',
    `${mark('waiting')} ${stage} waits for ${waitedFor(problem)} until ${until}, then the release aborts:`,
    ...problemLines(problem),
  ];
}

function awaitedLines(awaited: readonly AwaitedQueue[]): string[] {
  if (awaited.length === 0) return [];
  const isAnyUnserved = awaited.some(({ isServed }) => !isServed);
  return [
    '',
    ...awaited.map((queue) => `${mark(queue.isServed ? 'pending' : 'waiting')} ${awaitedLine(queue)}`),
    ...(isAnyUnserved
      ? ['  a worker of that queue takes it up: `./foundry up` starts those of this machine']
      : []),
  ];
}

/** Why a release does not move: the queue that it waits for, and whether anybody serves it. */
export function awaitedLine({ queue, work, isServed, lastPolledAt }: AwaitedQueue): string {
  const lying = work === 0 ? '' : ` (${work} ${work === 1 ? 'piece' : 'pieces'} of work)`;
  if (isServed) return `waits for a free worker on ${queue}${lying}`;
  const since = lastPolledAt === null ? 'in the last minutes' : `since ${toSeconds(lastPolledAt)}`;
  return `waits for a worker on ${queue}${lying}: none has asked for work there ${since}`;
}

function abortedLines({ aborted, state }: ReleaseStatus): string[] {
  if (aborted === null) return [];
  const { stage, by, problem, compensations } = aborted;
  const undone = compensations.map(({ what, state: done, detail }) =>
    [`  ${mark(done)} ${done}: ${what}`, ...(detail === null ? [] : [`: ${detail}`])].join(''),
  );
  const nothing = state === 'aborting' ? '  it is being taken back now' : '  there was nothing to take back';
  return [
    '',
    `${mark('aborted')} aborted in ${stage} by ${BY[by]}:`,
    ...problemLines(problem),
    'taken back:',
    ...(undone.length === 0 ? [nothing] : undone),
  ];
}

function problemLines({
  code,
  message,
  hint,
  check,
}: NonNullable<ReleaseStatus['waiting']>['problem']): string[] {
  const [first = '', ...more] = message.split('\n');
  return [
    `  ${code}: ${first}`,
    ...more.map((line) => `    ${line}`),
    ...(check === null ? [] : [`  check: ${check}`]),
    ...(hint === null ? [] : [`  hint: ${hint}`]),
  ];
}

/** What can be typed next: what it is for, and the command. */
export function nextCommands(entry: ReleaseEntry): string[][] {
  const name = shortCommit(entry);
  const steps: string[][] = [];
  if (entry.state === 'completed') {
    steps.push(['verify an image', './foundry verify standard']);
    steps.push(['verify them all', `./foundry verify ${name}`]);
    steps.push(['try an image', './foundry run standard -- openssl list -providers']);
    steps.push(['the whole record', `./foundry show ${name} --output json`]);
  } else if (entry.state === 'waiting') {
    steps.push(['go on', goOn(entry)], ['give up', giveUp(entry)]);
  } else if (isOpen(entry)) {
    steps.push(['follow it', `./foundry release --commit ${entry.commit}`]);
    steps.push(['end it', `./foundry abort ${name} --reason "…"`]);
  } else if (entry.status?.aborted?.by === 'rule') {
    // The same commit cannot become better.
    steps.push(['once it is mended', './foundry release']);
  } else {
    steps.push(['make it again', `./foundry release --commit ${entry.commit}`]);
  }
  return steps;
}

function toSeconds(moment: string): string {
  return moment.replace(/\.\d+Z$/, 'Z');
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
