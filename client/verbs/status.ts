import type { Command } from 'commander';
import { FoundryError } from '../../domain/errors.ts';
import type { WithdrawalStatus } from '../../domain/withdrawal/contract.ts';
import { listServices } from '../../services/control.ts';
import { type Endpoints, readEndpoints } from '../../services/endpoints.ts';
import type { ServiceStatus } from '../../services/supervisor/service-spec.ts';
import type { ClientContext } from '../context.ts';
import type { UnservedRelease } from '../release/awaited-queues.ts';
import { columns } from '../output/columns.ts';
import { timeSpan } from '../output/duration.ts';

/** `foundry status`: what runs, where, since when; exit code 7 when something is down. */
export function registerStatus(program: Command, context: ClientContext): void {
  program
    .command('status')
    .description('Show the services that were started, and whether each still answers')
    .addHelpText('after', '\nExamples:\n  foundry status\n  foundry status --output json')
    .action(async () => {
      const directories = context.directories();
      const services = await listServices(directories);
      const endpoints = services.length === 0 ? null : await readEndpoints(directories);
      const watch = await watchOf(context, services);
      const { withdrawals = [], awaits = [] } = watch ?? {};
      const data = { services, endpoints, watch: watch?.data ?? null, withdrawals, awaits };
      context.io.result('status', data, () =>
        endpoints === null
          ? ''
          : [`${table(services, new Date())}\n`, addresses(endpoints), ...(watch?.lines ?? [])].join('\n'),
      );
      if (services.length === 0) {
        throw new FoundryError(
          'FND_NOT_RUNNING',
          `no services run with the state folder ${directories.state}`,
          {
            hint: 'Start them with `./foundry up`.',
          },
        );
      }
      const down = services.filter(({ state }) => state !== 'running');
      if (down.length > 0) {
        throw new FoundryError('FND_SERVICE_FAILED', down.map(complaint).join('; '), {
          hint: `The whole log is ${down[0]?.log ?? ''}. Start what is down with \`./foundry up\`.`,
        });
      }
    });
}

/** How it stands with what is published: the newest look, if there was one, and what was withdrawn; and with what is on its way there. */
interface Published {
  readonly data: object | null;
  readonly withdrawals: readonly WithdrawalStatus[];
  /** Queues without a worker that releases wait for. */
  readonly awaits: readonly UnservedRelease[];
  /** For people. */
  readonly lines: readonly string[];
}

/** What Temporal tells of what is published and of releases that wait for a worker; undefined while it does not run. */
async function watchOf(
  context: ClientContext,
  services: readonly ServiceStatus[],
): Promise<Published | undefined> {
  const isUp = services.some(({ name, state }) => name === 'temporal' && state === 'running');
  if (!isUp) return undefined;
  const { unservedReleases } = await import('../release/awaited-queues.ts');
  const { awaitedLine } = await import('../release/render-release.ts');
  const { withOwnTemporal } = await import('../release/temporal.ts');
  const { newestLook } = await import('../watch/newest-look.ts');
  const { lookLines } = await import('../watch/look-lines.ts');
  const { listWithdrawals } = await import('../withdraw/withdrawals.ts');
  const { withdrawalLine } = await import('../withdraw/render-withdrawal.ts');
  const { signal } = context;
  try {
    const { look, awaits, withdrawals } = await withOwnTemporal(
      context.directories(),
      signal,
      async ({ client }) => ({
        look: await newestLook(client),
        awaits: await unservedReleases(client, new Date()),
        withdrawals: await listWithdrawals(client),
      }),
    );
    const taken = withdrawals.map(
      (one) => `OpenSSL ${one.version} (${one.commit.slice(0, 12)}): ${withdrawalLine(one)}`,
    );
    const stuck = awaits.map(({ id, ...queue }) => `${id} ${awaitedLine(queue)}`);
    return {
      data: look ?? null,
      withdrawals,
      awaits,
      lines: [
        ...(look === undefined ? [] : ['', ...lookLines(look, new Date())]),
        ...(taken.length === 0 ? [] : ['', ...taken]),
        ...(stuck.length === 0 ? [] : ['', ...stuck]),
      ],
    };
  } catch (error) {
    // What runs is still to be shown.
    if (!(error instanceof FoundryError) || error.code !== 'FND_UNREACHABLE') throw error;
    return {
      data: null,
      withdrawals: [],
      awaits: [],
      lines: ['', `watch: unknown how it stands: ${error.message}`],
    };
  }
}

/** The addresses a person opens or gives to another program, a line each. */
export function addresses({ temporal, registry, sigstore }: Endpoints): string {
  const lines: string[] = [];
  if (temporal !== null) lines.push(`Temporal UI  ${temporal.ui}`, `Temporal     ${temporal.address}`);
  if (registry !== null) lines.push(`registry     ${registry.host}`);
  if (sigstore !== null) lines.push(`trusted root ${sigstore.trustedRoot}`);
  return lines.join('\n');
}

/** The table of services for people. `now` is what uptimes are counted to. */
export function table(services: readonly ServiceStatus[], now: Date): string {
  const rows = services.map((service) => [
    service.name,
    service.state,
    service.pid === null ? '-' : String(service.pid),
    service.address,
    service.pid === null || service.startedAt === null
      ? '-'
      : timeSpan(now.getTime() - Date.parse(service.startedAt)),
    String(service.restarts),
    service.log,
  ]);
  const all = [['SERVICE', 'STATE', 'PID', 'ADDRESS', 'UP', 'RESTARTS', 'LOG'], ...rows];
  const reasons = services.flatMap(({ name, reason, lastLines }) =>
    reason === null ? [] : [`${name}: ${reason}`, ...lastLines.map((line) => `  ${line}`)],
  );
  return [...columns(all), ...reasons].join('\n');
}

function complaint({ name, state, reason }: ServiceStatus): string {
  return `${name} is ${state}${reason === null ? '' : ` (${reason})`}`;
}
