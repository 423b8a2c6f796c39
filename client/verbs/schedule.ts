import { type Command, InvalidArgumentError } from 'commander';
import { FoundryError } from '../../domain/errors.ts';
import { durationMs, DurationText } from '../../domain/pins/values.ts';
import { isScheduled, SCHEDULED, type Scheduled } from '../../domain/schedule/contract.ts';
import type { ClientContext } from '../context.ts';
import { meant } from '../output/suggest-choices.ts';
import type { ScheduleChange } from '../schedule/change-schedule.ts';

/** What `--every` takes to take a wish back. */
const DEFAULT = 'default';

/** `foundry schedule`: when the foundry looks for news and scans what is published, by itself. */
export function registerSchedule(program: Command, context: ClientContext): void {
  const schedule = program
    .command('schedule')
    .description('See and change when ingest and watch run by themselves')
    .addHelpText(
      'after',
      [
        '',
        `Schedules: ${SCHEDULED.join(', ')}. They fire at multiples of their interval since 1970: every hour means on the hour, in UTC.`,
        'What is paused, and an interval that a person set, stay as they are when the foundry is started again or replaced by a newer one.',
        '',
        'Examples:',
        '  foundry schedule list',
        '  foundry schedule pause ingest watch --reason "release freeze"',
        '  foundry schedule resume ingest watch',
        '  foundry schedule trigger ingest',
        '  foundry schedule set ingest --every 10m',
        '  foundry schedule set ingest --every default',
      ].join('\n'),
    );
  registerList(schedule, context);
  registerPauses(schedule, context);
  schedule
    .command('trigger')
    .description('Let schedules fire now, also paused ones; what runs already is joined')
    .argument('<schedules...>', SCHEDULED.join(' or '))
    .addHelpText('after', '\nExamples:\n  foundry schedule trigger ingest\n  foundry schedule trigger watch')
    .action(async (names: string[]) => await change(context, names, { kind: 'trigger' }));
  schedule
    .command('set')
    .description('Set how often a schedule fires')
    .argument('<schedules...>', SCHEDULED.join(' or '))
    .requiredOption('--every <time>', `a time such as 10m, 6h or 1d, or ${DEFAULT}`, parseEvery)
    .addHelpText(
      'after',
      '\nExamples:\n  foundry schedule set ingest --every 10m\n  foundry schedule set ingest --every default',
    )
    .action(async (names: string[], { every }: { every: number | typeof DEFAULT }) => {
      const { whoAsks } = await import('../release/who.ts');
      const everyMs = every === DEFAULT ? null : every;
      await change(context, names, { kind: 'set', everyMs, by: whoAsks(context.environment) });
    });
}

function registerList(schedule: Command, context: ClientContext): void {
  schedule
    .command('list', { isDefault: true })
    .description('List the schedules: whether each is on, how often it fires, and when next')
    .addHelpText('after', '\nExamples:\n  foundry schedule list\n  foundry schedule list --output json')
    .action(async () => {
      const { readSchedules } = await import('../../adapters/temporal-schedules/schedules.ts');
      const { withTemporal } = await import('../release/temporal.ts');
      const { renderSchedules } = await import('../schedule/render-schedules.ts');
      const found = await withTemporal(context, ({ client }) => readSchedules(client));
      const schedules = found.flatMap(({ entry }) => entry ?? []);
      const absent = found.filter(({ entry }) => entry === null).map(({ id }) => id);
      context.io.result('schedules', { schedules, absent }, () =>
        [
          renderSchedules(schedules),
          ...absent.map((id) => `${id} is not there yet: \`./foundry up\` makes it`),
        ].join('\n'),
      );
    });
}

function registerPauses(schedule: Command, context: ClientContext): void {
  const words = { pause: 'Let schedules fire no more', resume: 'Let paused schedules fire again' } as const;
  for (const kind of ['pause', 'resume'] as const) {
    schedule
      .command(kind)
      .description(words[kind])
      .argument('<schedules...>', SCHEDULED.join(' or '))
      .option('--reason <text>', 'why; it stands in the list', '')
      .addHelpText('after', `\nExamples:\n  foundry schedule ${kind} ingest watch --reason "release freeze"`)
      .action(async (names: string[], { reason }: { reason: string }) => {
        const { whoAsks } = await import('../release/who.ts');
        const by = whoAsks(context.environment);
        await change(context, names, {
          kind,
          note: reason === '' ? `${kind}d by ${by}` : `${by}: ${reason}`,
        });
      });
  }
}

async function change(context: ClientContext, names: readonly string[], what: ScheduleChange): Promise<void> {
  const ids = names.map(requireScheduled);
  const { withTemporal } = await import('../release/temporal.ts');
  const { changeSchedules } = await import('../schedule/change-schedule.ts');
  const { renderSchedules } = await import('../schedule/render-schedules.ts');
  const schedules = await withTemporal(context, ({ client }) => changeSchedules(client, ids, what));
  context.io.result('schedules', { schedules, absent: [] }, () => renderSchedules(schedules));
}

function requireScheduled(name: string): Scheduled {
  if (isScheduled(name)) return name;
  throw new FoundryError(
    'FND_BAD_INPUT',
    `there is no schedule called ${JSON.stringify(name)}${meant(name, SCHEDULED)}`,
    { hint: `The schedules are: ${SCHEDULED.join(', ')}.` },
  );
}

function parseEvery(text: string): number | typeof DEFAULT {
  if (text === DEFAULT) return DEFAULT;
  if (DurationText.safeParse(text).success) return durationMs(text);
  throw new InvalidArgumentError(
    `${JSON.stringify(text)} is neither a time such as 10m, 6h or 1d, nor ${DEFAULT}`,
  );
}
