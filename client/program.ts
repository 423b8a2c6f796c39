import { Command, CommanderError, Option } from 'commander';
import { resolveDirectories } from '../adapters/directories/directories.ts';
import { namedFileError } from '../adapters/files/write-atomic.ts';
import { FoundryError } from '../domain/errors.ts';
import { EXIT_CODES, type ExitCode } from '../domain/exit-codes.ts';
import type { ClientContext } from './context.ts';
import { createIo, type Io, type IoSettings, type OutputFormat } from './output/io.ts';
import { exitCodeOf, renderError } from './output/print-error.ts';
import { meant, suggestChoices } from './output/suggest-choices.ts';
import { registerCompletion } from './verbs/completion.ts';
import { registerDecisions } from './verbs/decisions.ts';
import { registerDiff } from './verbs/diff.ts';
import { registerDoctor } from './verbs/doctor.ts';
import { registerDown } from './verbs/down.ts';
import { registerEnv } from './verbs/env.ts';
import { registerHelp } from './verbs/help.ts';
import { registerIngest } from './verbs/ingest.ts';
import { registerLab } from './verbs/lab.ts';
import { registerList } from './verbs/list.ts';
import { registerNotifyMerge } from './verbs/notify-merge.ts';
import { registerRelease } from './verbs/release.ts';
import { registerReport } from './verbs/report.ts';
import { registerRun } from './verbs/run.ts';
import { registerSchedule } from './verbs/schedule.ts';
import { registerSelftest } from './verbs/selftest.ts';
import { registerShow } from './verbs/show.ts';
import { registerStatus } from './verbs/status.ts';
import { registerTools } from './verbs/tools.ts';
import { registerUp } from './verbs/up.ts';
import { registerVerify } from './verbs/verify.ts';
import { registerVersion } from './verbs/version.ts';
import { registerWatch } from './verbs/watch.ts';
import { registerVex } from './verbs/vex.ts';
import { registerWithdraw } from './verbs/withdraw.ts';

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

/** What commander throws when it has shown help. */
const SHOWS_HELP: ReadonlySet<string> = new Set(['commander.help', 'commander.helpDisplayed']);

const FIRST_STEPS = `
Examples:
  foundry lab
  foundry release
  foundry verify standard
  foundry help exit-codes`;

/** Runs the command and returns its exit code. Never throws: every error is printed once, on standard error. */
export async function runFoundry(run: FoundryRun): Promise<ExitCode> {
  const interruption = listenForInterruption();
  const program = buildProgram(run, interruption.signal);
  try {
    await program.parseAsync([...run.argv], { from: 'user' });
    return EXIT_CODES.ok;
  } catch (error) {
    if (error instanceof CommanderError && SHOWS_HELP.has(error.code)) return helpExit(error);
    const named = nameError(error, { program, run, isInterrupted: interruption.signal.aborted });
    run.stderr.write(`${renderError(named, formatOf(program))}\n`);
    return exitCodeOf(named);
  } finally {
    interruption.stop();
  }
}

/** The command with all its verbs, which nobody has called yet. */
export function buildProgram(run: FoundryRun, signal: AbortSignal): Command {
  const program = new Command('foundry')
    .description('Releases OpenSSL FIPS images on Wolfi, and proves where every byte came from')
    .addHelpText('after', FIRST_STEPS)
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
      outputError: () => undefined,
    })
    .showSuggestionAfterError()
    .enablePositionalOptions(false);
  const context = contextOf(program, run, signal);
  registerUp(program, context);
  registerDown(program, context);
  registerStatus(program, context);
  registerDoctor(program, context);
  registerEnv(program, context);
  registerTools(program, context);
  registerIngest(program, context);
  registerRelease(program, context);
  registerNotifyMerge(program, context);
  registerList(program, context);
  registerShow(program, context);
  registerDiff(program, context);
  registerDecisions(program, context);
  registerSchedule(program, context);
  registerReport(program, context);
  registerRun(program, context);
  registerSelftest(program, context);
  registerVerify(program, context);
  registerVex(program, context);
  registerWithdraw(program, context);
  registerWatch(program, context);
  registerLab(program, context);
  registerCompletion(program, context);
  registerHelp(program, context);
  registerVersion(program, context);
  suggestChoices(program);
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

function helpExit(error: CommanderError): ExitCode {
  return error.exitCode === 0 ? EXIT_CODES.ok : EXIT_CODES.usage;
}

interface Circumstances {
  readonly program: Command;
  readonly run: FoundryRun;
  readonly isInterrupted: boolean;
}

/** The error as a person can act on it: of a system's or a command line's error, which one of ours it is. */
function nameError(error: unknown, { program, run, isInterrupted }: Circumstances): unknown {
  if (isInterrupted) return interrupted(error);
  if (error instanceof CommanderError) return badCommandLine(error, program, run.argv);
  return namedFileError(error);
}

function badCommandLine(error: CommanderError, program: Command, argv: readonly string[]): FoundryError {
  const verb = argv.find((word) => program.commands.some((command) => command.name() === word));
  const message =
    error.message.replace(/^error: /, '').replaceAll('\n', ' ') + mistyped(error, program, argv);
  const help = ['./foundry', ...(verb === undefined ? [] : [verb]), '--help'].join(' ');
  return new FoundryError('FND_BAD_INPUT', message, { hint: `\`${help}\` tells what can be written.` });
}

/** Where a verb does something without a subcommand, a mistyped one looks to the library like an argument too many. */
function mistyped({ code }: CommanderError, program: Command, argv: readonly string[]): string {
  if (code !== 'commander.excessArguments') return '';
  const verb = program.commands.find(
    (command) => argv.includes(command.name()) && command.commands.length > 0,
  );
  const names = verb?.commands.map((command) => command.name()) ?? [];
  return (
    argv
      .slice(argv.indexOf(verb?.name() ?? '') + 1)
      .map((word) => meant(word, names))
      .find((one) => one !== '') ?? ''
  );
}

function interrupted(cause: unknown): FoundryError {
  const isOurs = cause instanceof FoundryError && cause.code === 'FND_INTERRUPTED';
  if (isOurs && cause.hint !== undefined) return cause;
  return new FoundryError('FND_INTERRUPTED', isOurs ? cause.message : 'interrupted before the end', {
    cause: isOurs ? cause.cause : cause,
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
