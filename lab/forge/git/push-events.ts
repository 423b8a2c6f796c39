import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ifThere } from '../../../adapters/files/if-there.ts';
import { runTool } from '../../../adapters/process/run-tool.ts';
import { gitEnvironment } from './git-environment.ts';

const ObjectId = z.string().regex(/^[0-9a-f]{40}$/);

const PushEvent = z.object({
  ref: z.string().startsWith('refs/'),
  old: ObjectId,
  new: ObjectId,
  at: z.iso.datetime(),
});

/** One ref that a push moved. `old` is forty zeros for a new ref; `at` is UTC. */
export type PushEvent = Readonly<z.infer<typeof PushEvent>> & {
  /** Sorts by time; the cursor to continue from. */
  readonly id: string;
};

/** The events after a cursor, oldest first. Events are never removed but by a reset of the lab. */
export async function readPushEvents(repository: string, afterId = ''): Promise<PushEvent[]> {
  const folder = join(repository, 'push-events');
  const events: PushEvent[] = [];
  for (const id of (await eventIds(folder)).sort()) {
    if (id <= afterId) continue;
    events.push({ id, ...PushEvent.parse(JSON.parse(await readFile(join(folder, `${id}.json`), 'utf8'))) });
  }
  return events;
}

/** Leaves the event of a ref that moved without a push, by the same hook that a push runs. */
export async function announceRefUpdate(
  repository: string,
  update: { readonly ref: string; readonly old: string; readonly new: string },
): Promise<void> {
  await runTool({
    tool: 'post-receive hook',
    file: join(repository, 'hooks', 'post-receive'),
    args: [],
    cwd: repository,
    env: gitEnvironment(repository),
    input: `${update.old} ${update.new} ${update.ref}\n`,
  });
}

async function eventIds(folder: string): Promise<string[]> {
  const names = (await ifThere(readdir(folder))) ?? [];
  return names.filter((name) => /^\d.*\.json$/.test(name)).map((name) => name.slice(0, -'.json'.length));
}
