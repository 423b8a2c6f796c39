import { type Command, InvalidArgumentError, Option } from 'commander';
import { openToolchain } from '../../adapters/toolchain/toolchain.ts';
import type * as Lab from '../../lab/lab.ts';
import type { LabCall, RunningLab } from '../../lab/lab.ts';
import type { ClientContext } from '../context.ts';

/** `foundry lab`: a whole upstream world on loopback, and its days. The one door from the foundry to the lab. */
export function registerLab(program: Command, context: ClientContext): void {
  const lab = program
    .command('lab')
    .description(
      'Run a whole upstream world on loopback: packages, base image, sources, advisories, forge, days',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  foundry lab\n  foundry lab --merge-signal off\n  foundry lab status --output json\n  foundry lab advance\n  foundry lab advance --to 3\n  foundry lab reset',
    );
  lab
    .command('start', { isDefault: true })
    .description('Start the services and the lab, and leave them running (what "foundry lab" does)')
    .addOption(
      new Option(
        '--merge-signal <state>',
        'whether pushes to the forge’s branch are told to the foundry, from now on (at first: on)',
      ).choices(['on', 'off']),
    )
    .addHelpText('after', '\nExamples:\n  foundry lab start\n  foundry lab start --merge-signal off')
    .action(async ({ mergeSignal }: { mergeSignal?: 'on' | 'off' }) => {
      const isSignalling = mergeSignal === undefined ? undefined : mergeSignal === 'on';
      print(context, await (await loadLab()).startLab(await callOf(context), isSignalling));
    });
  lab
    .command('status')
    .description('Show where the lab is, which day it is, and what is published')
    .addHelpText('after', '\nExamples:\n  foundry lab status\n  foundry lab status --output json')
    .action(async () => print(context, await (await loadLab()).describeLab(await callOf(context))));
  lab
    .command('advance')
    .description('Publish the next day')
    .option('--to <day>', 'publish every day up to this one', parseDay)
    .addHelpText('after', '\nExamples:\n  foundry lab advance\n  foundry lab advance --to 3')
    .action(async ({ to }: { to?: number }) =>
      print(context, await (await loadLab()).advanceLab(await callOf(context), to)),
    );
  lab
    .command('reset')
    .description('Go back to day 0; the forge goes back to its first commit')
    .addHelpText('after', '\nExamples:\n  foundry lab reset')
    .action(async () => print(context, await (await loadLab()).resetLab(await callOf(context))));
}

/** Loaded only when asked for: the lab brings in more code than all other verbs together. */
function loadLab(): Promise<typeof Lab> {
  return import('../../lab/lab.ts');
}

async function callOf(context: ClientContext): Promise<LabCall> {
  const directories = context.directories();
  const tools = await openToolchain(directories, context.environment);
  return { directories, tools, report: context.io.report, signal: context.signal };
}

function parseDay(text: string): number {
  if (!/^\d{1,3}$/.test(text))
    throw new InvalidArgumentError(`${JSON.stringify(text)} is not the number of a day`);
  return Number(text);
}

function print({ io }: ClientContext, lab: RunningLab): void {
  io.result('lab', lab, () => summary(lab));
}

function summary({ url, git, api, registry, lastDay, today, mergeSignal }: RunningLab): string {
  return [
    `THIS IS A LAB: nothing in it is a validated or production artifact.`,
    `day ${today.day} of ${lastDay}   ${today.title}`,
    ...today.news.map((line) => `             ${line}`),
    `newest core  ${today.newestCore}`,
    `lab          ${url}`,
    `packages     ${url}/os`,
    `sources      ${url}/openssl/openssl/releases/download/openssl-${today.newestCore}/`,
    `forge        ${git}`,
    `GitHub API   ${api}`,
    `base image   ${registry}/${today.baseImage.repository}@${today.baseImage.digest}`,
    `scanner db   ${registry}/${today.vulnerabilityDatabase.repository}:${today.vulnerabilityDatabase.tag}`,
    `merge signal ${signalText(mergeSignal)}`,
  ].join('\n');
}

function signalText({ isOn, last }: RunningLab['mergeSignal']): string {
  const state = isOn ? 'on' : 'off';
  return last === null ? state : `${state}; last ${last.at}, exit code ${last.exitCode}: ${last.said}`;
}
