import { Command, CommanderError, Option } from 'commander';
import { resolveDirectories } from '../adapters/directories/directories.ts';
import { FoundryError } from '../domain/errors.ts';
import { EXIT_CODES, type ExitCode } from '../domain/exit-codes.ts';
import type { ClientContext } from './context.ts';
import { createIo, type Io, type IoSettings, type OutputFormat } from './output/io.ts';
import { exitCodeOf, renderError } from './output/print-error.ts';
import { registerDoctor } from './verbs/doctor.ts';
import { registerDown } from './verbs/down.ts';
import { registerIngest } from './verbs/ingest.ts';
import { registerLab } from './verbs/lab.ts';
import { registerStatus } from './verbs/status.ts';
import { registerTools } from './verbs/tools.ts';
import { registerUp } from './verbs/up.ts';
import { registerVersion } from './verbs/version.ts';

/** One run of the `foundry` command, with everything it touches handed in. */
export interface FoundryRun {
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdout: IoSettings['stdout'];
  readonly stderr: IoSettings['stderr'];
  readonly root: string;
}

interface GlobalOptions {
  readonly output: OutputFormat;
  readonly quiet?: boolean;
  readonly stateDir?: string;
  readonly cacheDir?: string;
}

/** Runs the command and returns its exit code. Never throws: every error is printed once, on standard error. */
export async function runFoundry(run: FoundryRun): Promise<ExitCode> {
  const interruption = listenForInterruption();
  const program = buildProgram(run, interruption.signal);
  try {
    await program.parseAsync([...run.argv], { from: 'user' });
    return EXIT_CODES.ok;
  } catch (error) {
    if (error instanceof CommanderError) return usageExit(error);
    run.stderr.write(
      `${renderError(interruption.signal.aborted ? interrupted(error) : error, formatOf(program))}\n`,
    );
    return interruption.signal.aborted ? EXIT_CODES.interrupted : exitCodeOf(error);
  } finally {
    interruption.stop();
  }
}

/** The command with all its verbs. */
function buildProgram(run: FoundryRun, signal: AbortSignal): Command {
  const program = new Command('foundry')
    .description('Releases OpenSSL FIPS images on Wolfi, and proves where every byte came from')
    .addOption(
      new Option('--output <format>', 'how the result is printed')
        .choices(['text', 'json'])
        .default('text')
        .env('FOUNDRY_OUTPUT'),
    )
    .option('--quiet', 'no progress on standard error')
    .option('--state-dir <path>', 'where state lives (default: FOUNDRY_STATE_DIR, then the XDG state folder)')
    .option(
      '--cache-dir <path>',
      'where the cache lives (default: FOUNDRY_CACHE_DIR, then the XDG cache folder)',
    )
    .exitOverride()
    .configureOutput({
      writeOut: (text) => run.stdout.write(text),
      writeErr: (text) => run.stderr.write(text),
    })
    .showSuggestionAfterError()
    .enablePositionalOptions(false);
  const context = contextOf(program, run, signal);
  registerUp(program, context);
  registerDown(program, context);
  registerStatus(program, context);
  registerDoctor(program, context);
  registerTools(program, context);
  registerIngest(program, context);
  registerLab(program, context);
  registerVersion(program, context);
  return program;
}

function contextOf(program: Command, run: FoundryRun, signal: AbortSignal): ClientContext {
  let io: Io | undefined;
  return {
    environment: run.environment,
    signal,
    root: run.root,
    get io() {
      io ??= createIo({
        ...run,
        format: formatOf(program),
        quiet: program.opts<GlobalOptions>().quiet === true,
        now: () => performance.now(),
      });
      return io;
    },
    directories() {
      const { stateDir, cacheDir } = program.opts<GlobalOptions>();
      return resolveDirectories(run.environment, {
        ...(stateDir === undefined ? {} : { stateDir }),
        ...(cacheDir === undefined ? {} : { cacheDir }),
      });
    },
  };
}

function formatOf(program: Command): OutputFormat {
  return program.opts<GlobalOptions>().output;
}

function usageExit(error: CommanderError): ExitCode {
  return error.exitCode === 0 ? EXIT_CODES.ok : EXIT_CODES.usage;
}

function interrupted(cause: unknown): FoundryError {
  if (cause instanceof FoundryError && cause.code === 'FND_INTERRUPTED') return cause;
  return new FoundryError('FND_INTERRUPTED', 'interrupted before the end', {
    cause,
    hint: 'Run the same command again: it goes on from what is finished.',
  });
}

function listenForInterruption(): { signal: AbortSignal; stop(): void } {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  process.on('SIGINT', abort);
  process.on('SIGTERM', abort);
  return {
    signal: controller.signal,
    stop() {
      process.off('SIGINT', abort);
      process.off('SIGTERM', abort);
    },
  };
}
