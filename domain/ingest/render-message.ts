import type { Bump, IngestPlan, Waiting } from './plan.ts';

const REASONS: Readonly<Record<Bump['reason'], string>> = {
  'open-pin': 'was open',
  security: 'security fix',
  newer: 'newer',
  needed: 'needed by others',
  'no-longer-needed': 'no longer needed',
};
const MOST_NAMED = 3;
const LONGEST_TITLE = 100;

/** The message of the commit that carries out a plan: what changed, why, what was verified, and from when it all is. */
export function renderMessage(plan: IngestPlan): string {
  const { bumps, waiting, rebuilds, verified, commit } = plan;
  return [
    titleOf(bumps),
    '',
    ...(bumps.length === 0 ? ['The store no longer has what was locked: it is locked anew.'] : []),
    ...bumps.flatMap((bump) => linesOf(bump)),
    ...section('Not taken', waiting.map(waitingText)),
    ...section('Verified', verified),
    ...section('Makes anew', rebuilds.length === 0 ? [] : [rebuilds.join(', ')]),
    '',
    `Goes on from ${commit}.`,
    '',
  ].join('\n');
}

/** A bump on one line: what, from where to where, and why. */
function bumpText(bump: Bump): string {
  const { fixes, since, purposes, reason } = bump;
  const facts = [
    REASONS[reason],
    ...(fixes.length === 0 ? [] : [`fixes ${fixes.join(', ')}`]),
    ...(since === null ? [] : [`made ${since.slice(0, 10)}`]),
  ];
  const where = purposes.length === 0 || bump.kind === 'core' ? '' : ` (${purposes.join(', ')})`;
  return `${changeText(bump)}${where}: ${facts.join(', ')}`;
}

/** News that are not taken, on one line. */
function waitingText({ bump, why, until, detail }: Waiting): string {
  const when = until === null ? '' : ` until ${until.slice(0, 16).replace('T', ' ')}`;
  return `${changeText(bump)}: waits for ${WAITS[why]}${when}: ${detail}`;
}

const WAITS: Readonly<Record<Waiting['why'], string>> = {
  cooldown: 'its cooldown',
  hold: 'the end of a hold',
  growth: 'a person, because of its growth',
  person: 'a person',
};

/** What becomes what: `zlib 1.3.1-r0 -> 1.3.1-r1`. Digests are cut. */
function changeText({ name, from, to }: Bump): string {
  if (from === null) return `${name} ${short(to ?? '')}`;
  return to === null ? `${name} ${short(from)} goes` : `${name} ${short(from)} -> ${short(to)}`;
}

function short(text: string): string {
  return /^(?:sha256:)?[0-9a-f]{64}$/.test(text) ? text.replace('sha256:', '').slice(0, 12) : text;
}

function titleOf(bumps: readonly Bump[]): string {
  if (bumps.length === 0) return 'Lock the pins anew';
  if (bumps.some(({ reason }) => reason === 'open-pin')) return 'Pin what was open';
  const named = bumps
    .filter(({ reason }) => reason === 'security' || reason === 'newer')
    .map(({ kind, name, to }) => {
      if (kind === 'base-image') return 'the base image';
      return `${kind === 'core' ? 'OpenSSL' : name} ${short(to ?? '')}`;
    });
  const shown = named.slice(0, MOST_NAMED);
  const more = named.length > shown.length ? ` and ${named.length - shown.length} more` : '';
  const fixes = [...new Set(bumps.flatMap((bump) => bump.fixes))];
  const why =
    fixes.length === 0 ? '' : `, which fixes ${fixes.length === 1 ? fixes[0] : `${fixes.length} CVEs`}`;
  const title = `Take ${shown.length === 0 ? 'what others need' : shown.join(', ')}${more}${why}`;
  return title.length > LONGEST_TITLE ? `${title.slice(0, LONGEST_TITLE - 1)}…` : title;
}

function linesOf(bump: Bump): string[] {
  return [bumpText(bump), ...(bump.notes === null ? [] : [`  ${bump.notes}`])];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', `${title}:`, ...lines.map((line) => `- ${line}`)];
}
