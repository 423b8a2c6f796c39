import { cp, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ifThere } from '../../adapters/files/if-there.ts';
import {
  makeFolder,
  withTemporaryDirectory,
  writeDirectoryOnce,
  writeFileAtomic,
} from '../../adapters/files/write-atomic.ts';
import { runTool } from '../../adapters/process/run-tool.ts';
import { parseSha256, type Sha256 } from '../../domain/digest.ts';
import { FoundryError, messageOf } from '../../domain/errors.ts';
import type { Report } from '../../domain/report.ts';

/** One exact crate. The checksum is the SHA-256 of the `.crate` file, as `Cargo.lock` names it. */
export interface CratePin {
  readonly name: string;
  /** The full version with build metadata, such as `300.1.3+3.1.2`. */
  readonly version: string;
  readonly checksum: Sha256;
  /** Dependencies held at exact versions, so that an old Cargo can read all it gets. */
  readonly hold?: Readonly<Record<string, string>>;
}

export interface CrateArchiveOptions {
  /** For this alone; what was fetched once is kept. */
  readonly cacheDir: string;
  readonly report: Report;
  readonly signal?: AbortSignal;
}

/**
 * The folder with the sources of a crate, fetched with the ordinary cargo client and the user's own Cargo configuration.
 * Cargo checks each file against the registry's checksum, and the checksum must be the pinned one.
 * Throws FND_TOOL_MISSING without cargo, FND_ARCHIVE_UNREACHABLE when cargo cannot get it, FND_DIGEST_MISMATCH for another checksum.
 */
export async function fetchCrate(pin: CratePin, options: CrateArchiveOptions): Promise<string> {
  const folder = join(options.cacheDir, `${pin.name}-${pin.version}-${pin.checksum.slice(0, 16)}`);
  if ((await ifThere(stat(folder)))?.isDirectory() === true) return folder;
  options.report(`fetching crate ${pin.name} ${pin.version}`);
  await makeFolder(options.cacheDir);
  await withTemporaryDirectory(async (project) => {
    await writeThrowAwayProject(project, pin);
    await cargoVendor(project, pin, options.signal);
    requireChecksum(await readFile(join(project, 'Cargo.lock'), 'utf8'), pin);
    const vendored = join(project, 'vendor', `${pin.name}-${pin.version}`);
    await writeDirectoryOnce(folder, (aside) => cp(vendored, aside, { recursive: true }));
  });
  return folder;
}

async function writeThrowAwayProject(project: string, pin: CratePin): Promise<void> {
  const dependencies = { [pin.name]: pin.version.split('+')[0] ?? '', ...pin.hold };
  const lines = Object.entries(dependencies).map(([name, version]) => `${name} = "=${version}"`);
  await writeFileAtomic(
    join(project, 'Cargo.toml'),
    `[package]\nname = "throw-away"\nversion = "0.0.0"\nedition = "2018"\n\n[dependencies]\n${lines.join('\n')}\n`,
  );
  await mkdir(join(project, 'src'));
  await writeFile(join(project, 'src', 'lib.rs'), '');
}

async function cargoVendor(project: string, pin: CratePin, signal: AbortSignal | undefined): Promise<void> {
  try {
    await runTool({
      tool: 'cargo vendor',
      file: 'cargo',
      args: ['vendor', '--versioned-dirs', '--quiet', 'vendor'],
      cwd: project,
      passEnv: Object.keys(process.env).filter(isForCargo),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    if (error instanceof FoundryError && error.code === 'FND_TOOL_MISSING') {
      throw new FoundryError(
        'FND_TOOL_MISSING',
        'cargo is not there; the lab fetches OpenSSL sources with it',
        {
          hint: 'Install it: `apt-get install cargo`.',
          cause: error,
        },
      );
    }
    if (error instanceof FoundryError && error.code !== 'FND_TOOL_FAILED') throw error;
    throw new FoundryError(
      'FND_ARCHIVE_UNREACHABLE',
      `crate ${pin.name} ${pin.version} could not be fetched: ${messageOf(error)}`,
      {
        hint: 'Make `cargo fetch` work on this host first (network, proxy, registry in the Cargo configuration).',
        cause: error,
      },
    );
  }
}

function isForCargo(name: string): boolean {
  return /^(CARGO_|RUSTUP_|SSL_CERT_)|^(https?|all|no)_proxy$/i.test(name);
}

/** Throws FND_DIGEST_MISMATCH unless the lock file names the pinned version with the pinned checksum. */
export function requireChecksum(lockFile: string, pin: CratePin): void {
  const entry = lockFile.split('[[package]]').find((text) => field(text, 'name') === pin.name) ?? '';
  const version = field(entry, 'version');
  const text = field(entry, 'checksum') ?? '';
  if (version === pin.version && parseSha256(text, `crate ${pin.name}, checksum`) === pin.checksum) return;
  throw new FoundryError(
    'FND_DIGEST_MISMATCH',
    `crate ${pin.name}: pinned ${pin.version} with ${pin.checksum}, the registry has ${version ?? 'none'} with ${text || 'no checksum'}`,
  );
}

function field(entry: string, name: string): string | undefined {
  return new RegExp(`^${name} = "([^"]*)"$`, 'm').exec(entry)?.[1];
}
