import type { Cursor, Cursors, Remembered } from '../../../adapters/cursors/cursors.ts';
import { concurrently } from '../../concurrently.ts';
import type { UpstreamAddress } from './all-upstreams.ts';
import { type FilePolling, fileUpstream } from './file-upstream.ts';
import { imageUpstream } from './image-upstream.ts';
import type { IngestDependencies } from '../ingest-context.ts';
import type { Upstream } from './upstream.ts';

const AT_ONCE = 8;

/** What is needed to ask. */
export interface Polling extends FilePolling {
  readonly openRegistry: IngestDependencies['openRegistry'];
  readonly now: Date;
  /** The head of the branch of the pins. */
  readonly commit: string;
  /** The upstreams of the pins of a commit. */
  readonly upstreamsAt: (commit: string) => Promise<readonly UpstreamAddress[]>;
}

/** What a poll came to. */
export interface PollResult {
  /** The names of what has changed. */
  readonly news: string[];
  readonly cursors: Cursors;
  /** Whether the branch has another head than remembered, be it one of our own. */
  readonly isMoved: boolean;
}

/**
 * Asks every upstream once. Where the branch stands as it did, the upstreams are those that are remembered, and nothing is read of it. News
 * are also other pins than remembered (`pins`), and that the time has come to decide again (`waiting`).
 */
export async function pollAll(polling: Polling, remembered: Remembered): Promise<PollResult> {
  const { commit, now } = polling;
  const known = remembered.cursors;
  const isSameBranch = known !== null && isAsRemembered(commit, known.commit, remembered);
  const addresses =
    known !== null && known.commit === commit ? known.upstreams : await polling.upstreamsAt(commit);
  const cursors: Cursor[] = [];
  const changed: string[] = [];
  const asked = addresses.map((address, position) => ({ address, position }));
  await concurrently(asked, AT_ONCE, async ({ address, position }) => {
    const mark = markOf(known, address);
    const answer = await upstreamAt(address, polling).poll(mark);
    const { name, kind, address: at } = address;
    cursors[position] = { name, kind, address: at, mark: answer.isChanged ? answer.mark : mark };
    if (answer.isChanged) changed.push(name);
  });
  const isTime = remembered.lookAgain !== null && new Date(remembered.lookAgain) <= now;
  const news = [...(isSameBranch ? [] : ['pins']), ...(isTime ? ['waiting'] : []), ...changed.toSorted()];
  return { news, cursors: { commit, upstreams: cursors }, isMoved: known?.commit !== commit };
}

/** Whether the head is the commit that is remembered, or the one that we put on top of it ourselves. */
function isAsRemembered(head: string, before: string, { own }: Remembered): boolean {
  return head === before || (own !== null && own.on === before && own.commit === head);
}

function markOf(known: Cursors | null, { name, address }: UpstreamAddress): Cursor['mark'] {
  const found = known?.upstreams.find((one) => one.name === name && one.address === address);
  return found?.mark ?? null;
}

function upstreamAt({ name, kind, address }: UpstreamAddress, polling: Polling): Upstream {
  if (kind === 'image') return imageUpstream(name, address, polling.openRegistry);
  const { redirectHosts, signal } = polling;
  return fileUpstream(name, address, { redirectHosts, ...(signal === undefined ? {} : { signal }) });
}
