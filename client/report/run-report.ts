import { join, resolve } from 'node:path';
import { writeFileAtomic } from '../../adapters/files/write-atomic.ts';
import { type Sha256, sha256 } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';
import type { WatchRecord } from '../../domain/watch/record.ts';
import { CHECK_GROUPS } from '../../test/compliance/checks/all-checks.ts';
import type { ClientContext } from '../context.ts';
import type { ReleaseEntry } from '../release/release-entry.ts';
import { listReleases, lookAgain } from '../release/releases.ts';
import { selectRelease, shortCommit } from '../release/select-release.ts';
import { withTemporal } from '../release/temporal.ts';
import type { VerifySettings } from '../verify/verify-settings.ts';
import { ownWatchRecord } from '../watch/own-record.ts';
import { lookAtImages, lookAtItsRecord } from './gather.ts';
import { indexPage } from './html/index-page.ts';
import { releasePage } from './html/release-page.ts';
import type { ReleaseFacts, SelfTestCatalogue } from './model/facts.ts';
import { indexOf, pageName } from './model/index-report.ts';
import { reportOf } from './model/release-report.ts';

/** A page that was written. */
export interface WrittenPage {
  /** The id of the release, or `index`. */
  readonly of: string;
  readonly path: string;
  readonly sha256: Sha256;
  readonly bytes: number;
}

/** What pages are made of: the releases, what is known of exposures, and whom to trust. */
interface Known {
  readonly entries: readonly ReleaseEntry[];
  readonly watch: WatchRecord | null;
}

const INDEX = 'index.html';

/** Writes the page of the release that a word names. Throws what selecting, reading the registry and writing throw. */
export async function reportRelease(
  context: ClientContext,
  settings: VerifySettings,
  { word, to }: { readonly word: string; readonly to: string | undefined },
): Promise<WrittenPage> {
  const known = await readKnown(context);
  const listed = selectRelease(known.entries, word);
  const entry = await withTemporal(context, ({ client }) => lookAgain(client, listed));
  return await writePage(
    entry.id,
    resolve(to ?? nameOf(entry)),
    await pageOf(entry, known, context, settings),
  );
}

/** Writes the page over all releases alone; it leads to no other page. */
export async function reportIndex(context: ClientContext, to: string | undefined): Promise<WrittenPage> {
  const { entries, watch } = await readKnown(context);
  return await writePage('index', resolve(to ?? INDEX), indexPage(indexOf(entries, watch, false)));
}

/** Writes the page of the newest run of every release into a folder, and last the page that leads to them. */
export async function reportAll(
  context: ClientContext,
  settings: VerifySettings,
  to: string | undefined,
): Promise<WrittenPage[]> {
  const known = await readKnown(context);
  const folder = resolve(to ?? 'report');
  const newest = new Map(known.entries.toReversed().map((entry) => [entry.id, entry]));
  const written: WrittenPage[] = [];
  for (const entry of [...newest.values()].toReversed()) {
    context.io.report(`looking at ${entry.id}`);
    const page = await pageOf(entry, known, context, settings);
    written.push(await writePage(entry.id, join(folder, nameOf(entry)), page));
  }
  const index = indexPage(indexOf(known.entries, known.watch, true));
  return [...written, await writePage('index', join(folder, INDEX), index)];
}

async function readKnown(context: ClientContext): Promise<Known> {
  const entries = await withTemporal(context, ({ client }) => listReleases(client, new Date()));
  const watch = await ownWatchRecord(context).read();
  return { entries, watch: watch ?? null };
}

async function pageOf(
  entry: ReleaseEntry,
  { entries, watch }: Known,
  { io, signal }: ClientContext,
  settings: VerifySettings,
): Promise<string> {
  const looking = { settings, signal };
  if (entry.state === 'completed')
    io.report(`verifying the images of ${entry.version} ${shortCommit(entry)}`);
  const images = await lookAtImages(entry, looking);
  const earlier = entry.state === 'completed' ? earlierRelease(entry, entries) : undefined;
  if (earlier !== undefined) io.report(`comparing with ${earlier.version} ${shortCommit(earlier)}`);
  const facts: ReleaseFacts = {
    entry,
    images,
    record: await lookAtItsRecord(entry, looking),
    signer:
      images.length === 0
        ? null
        : { identity: settings.trust.identity.san, issuer: settings.trust.identity.issuer },
    previous:
      earlier === undefined ? null : { ...nameless(earlier), images: await lookAtImages(earlier, looking) },
    watch,
    catalogue: selfTestCatalogue(),
  };
  return releasePage(reportOf(facts));
}

/** The release that was out when this one began: the last that had completed by then. */
export function earlierRelease(
  { startedAt }: Pick<ReleaseEntry, 'startedAt'>,
  entries: readonly ReleaseEntry[],
): ReleaseEntry | undefined {
  return entries
    .filter(({ state, endedAt }) => state === 'completed' && endedAt !== null && endedAt <= startedAt)
    .toSorted((a, b) => (a.endedAt ?? '').localeCompare(b.endedAt ?? ''))
    .at(-1);
}

function nameless({ id, version, commit }: ReleaseEntry): Pick<ReleaseEntry, 'id' | 'version' | 'commit'> {
  return { id, version, commit };
}

/** The self-tests of this foundry, by what they are called. */
function selfTestCatalogue(): SelfTestCatalogue {
  return {
    groups: CHECK_GROUPS.map(({ prefix, title, checks }) => ({
      prefix,
      title,
      tests: checks.map((check) => ({ id: check.id, title: check.title })),
    })),
  };
}

function nameOf(entry: ReleaseEntry): string {
  return pageName(entry) ?? 'release.html';
}

async function writePage(of: string, path: string, page: string): Promise<WrittenPage> {
  await writeFileAtomic(path, page).catch((cause: unknown) => {
    if (!(cause instanceof FoundryError)) throw cause;
    throw new FoundryError(cause.code, `the page of ${of} was not written: ${cause.message}`, {
      hint: 'Name another place with --to.',
      cause,
    });
  });
  return { of, path, sha256: sha256(page), bytes: Buffer.byteLength(page) };
}
