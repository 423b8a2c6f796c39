import { readFile, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ifThere } from '../../adapters/files/if-there.ts';
import {
  diskFull,
  saysDiskFull,
  writeDirectoryAtomic,
  writeFileAtomic,
} from '../../adapters/files/write-atomic.ts';
import { runTool, type ToolResult } from '../../adapters/process/run-tool.ts';
import { FoundryError, messageOf } from '../../domain/errors.ts';
import type { Report } from '../../domain/report.ts';
import { renderConfiguration, renderSourceList, writeConfiguration } from './apt-configuration.ts';
import type { DebianMirror } from './apt-sources.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const PROXY_VARIABLES = ['http_proxy', 'https_proxy', 'no_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'];
const UPDATED = 'updated';
const KNOWS_NONE = 'E: No packages found';
/** What apt calls a cache that it is still writing, and leaves behind when it cannot finish. */
const UNFINISHED_CACHE = /^(src)?pkgcache\.bin\../;

/** The host's apt client on a private configuration. Texts are apt's own output. */
export interface Apt {
  /** Fetches the indexes when there are none, they are of another mirror, older than a day, or `refresh` is set. */
  ensureIndexes(options: { refresh: boolean }): Promise<void>;
  /** Records of binary packages, each named `name/suite`; unknown names are left out. */
  show(packages: readonly string[]): Promise<string>;
  /** Records of all versions of a source package; empty when there is none. */
  showSource(source: string): Promise<string>;
  /** Fetches binary packages, each named `name=version`, into a folder. */
  download(packages: readonly string[], folder: string): Promise<void>;
  /** Fetches the files of a source package, named `name=version`, into a folder. */
  source(source: string, folder: string): Promise<void>;
}

/** Makes the client. `folder` holds its configuration, indexes and cache, and appears whole or not at all. */
export function createApt(options: {
  folder: string;
  mirror: DebianMirror;
  report: Report;
  signal?: AbortSignal;
}): Apt {
  const { folder, mirror, report } = options;
  const configuration = join(folder, 'apt.conf');

  async function run(
    tool: 'apt-get' | 'apt-cache',
    args: readonly string[],
    extra: { cwd?: string; configuration?: string; acceptExitCodes?: readonly number[] } = {},
  ): Promise<ToolResult> {
    const { configuration: chosen = configuration, ...rest } = extra;
    return await runTool({
      tool,
      file: tool,
      args: ['-c', chosen, ...args],
      env: { LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' },
      passEnv: PROXY_VARIABLES,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      ...rest,
    });
  }

  async function update(): Promise<void> {
    report('fetching the Debian package indexes (stable, testing, unstable; about 65 MB)');
    await writeDirectoryAtomic(folder, async (aside) => {
      await writeConfiguration(aside, mirror);
      await online(() => run('apt-get', ['update'], { configuration: join(aside, 'apt.conf') }));
      await writeFileAtomic(join(aside, 'apt.conf'), renderConfiguration(folder));
      await writeFileAtomic(join(aside, UPDATED), renderSourceList(mirror));
    });
  }

  /** apt-cache ends with 100 when it knows none of the names, which is an answer, and when it failed, which is none. */
  async function ask(question: readonly string[]): Promise<string> {
    try {
      const { stdout, stderr } = await run('apt-cache', question, { acceptExitCodes: [100] });
      const failure = stderr.split('\n').filter((line) => line.startsWith('E: ') && line !== KNOWS_NONE);
      if (failure.length > 0) throw indexesUnreadable(failure, folder);
      return stdout;
    } catch (error) {
      await removeUnfinished(join(folder, 'cache'));
      throw error;
    }
  }

  return {
    async ensureIndexes({ refresh }) {
      const age = await ageOfIndexes(folder, mirror);
      if (age !== undefined) await writeFileAtomic(configuration, renderConfiguration(folder));
      if (age !== undefined && age < DAY_MS && !refresh) return;
      try {
        await update();
      } catch (error) {
        if (age === undefined || refresh) throw error;
        if (!(error instanceof FoundryError) || error.code !== 'FND_ARCHIVE_UNREACHABLE') throw error;
        report(
          `the Debian archive gave no answer; using its indexes of ${Math.round(age / DAY_MS)} days ago`,
        );
      }
    },
    async show(packages) {
      return await ask(['show', ...packages]);
    },
    async showSource(source) {
      return await ask(['showsrc', '--only-source', source]);
    },
    async download(packages, into) {
      await online(() => run('apt-get', ['download', ...packages], { cwd: into }));
    },
    async source(source, into) {
      await online(() =>
        run('apt-get', ['source', '--download-only', '--only-source', source], { cwd: into }),
      );
    },
  };
}

async function ageOfIndexes(folder: string, mirror: DebianMirror): Promise<number | undefined> {
  const path = join(folder, UPDATED);
  if ((await ifThere(readFile(path, 'utf8'))) !== renderSourceList(mirror)) return undefined;
  return Date.now() - (await stat(path)).mtimeMs;
}

function indexesUnreadable(failure: readonly string[], folder: string): FoundryError {
  if (failure.some(saysDiskFull))
    return diskFull(`apt-cache found no space left to write below ${folder}`, undefined);
  return new FoundryError(
    'FND_ARCHIVE_UNREACHABLE',
    `apt-cache cannot read the indexes of the Debian archive:\n${failure.join('\n')}`,
    { hint: `Remove ${folder} and run the same command again: the indexes are then fetched anew.` },
  );
}

async function removeUnfinished(caches: string): Promise<void> {
  const names = (await ifThere(readdir(caches))) ?? [];
  for (const name of names.filter((there) => UNFINISHED_CACHE.test(there)))
    await rm(join(caches, name), { force: true });
}

async function online<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof FoundryError) || error.code !== 'FND_TOOL_FAILED') throw error;
    throw new FoundryError(
      'FND_ARCHIVE_UNREACHABLE',
      `the Debian archive could not be read through apt: ${reasonOf(error)}`,
      {
        hint: "Make `apt-get update` work on this host first (network, proxy, disk). With the lab's cache filled once, no network is needed.",
        cause: error,
      },
    );
  }
}

function reasonOf(error: FoundryError): string {
  const lines = messageOf(error).split('\n');
  return (
    lines.find((line) => line.startsWith('E: ')) ??
    lines.find((line) => line.startsWith('W: ')) ??
    messageOf(error)
  );
}
