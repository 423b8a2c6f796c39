import { type Command, InvalidArgumentError } from 'commander';
import { openToolchain } from '../../adapters/toolchain/toolchain.ts';
import { FoundryError } from '../../domain/errors.ts';
import {
  EMBEDDED_SERVICES,
  type EmbeddedService,
  PORT_NAMES,
  type PortName,
  SERVICE_GROUPS,
  isEmbeddedService,
  isPortName,
} from '../../services/embedded/names.ts';
import type { EmbeddedStarted } from '../../services/embedded/start-embedded.ts';
import type { ServiceStatus } from '../../services/supervisor/service-spec.ts';
import { type ClientContext, waitingTurn } from '../context.ts';
import { meant } from '../output/suggest-choices.ts';
import { addresses } from './status.ts';

type Ports = Partial<Record<PortName, number>>;

interface UpOptions {
  readonly only?: readonly EmbeddedService[];
  readonly port?: Ports;
  readonly moveIssuer?: boolean;
}

/** `foundry up`: starts the embedded services and leaves them running. */
export function registerUp(program: Command, context: ClientContext): void {
  program
    .command('up')
    .description('Start Temporal, the registry and the private Sigstore on loopback, and leave them running')
    .option(
      '--only <names>',
      'only these services, separated by commas; "sigstore" stands for its five',
      parseServices,
    )
    .option('--port <name=number>', 'listen on this port from now on; may be repeated', parsePort)
    .option('--move-issuer', 'let --port move the issuer, whose address is part of every signature made here')
    .addHelpText(
      'after',
      '\nExamples:\n  foundry up\n  foundry up --only registry,temporal\n  foundry up --port registry=5005 --port temporal-ui=8233',
    )
    .action(async ({ only, port, moveIssuer }: UpOptions) => {
      const { io } = context;
      const directories = context.directories();
      const { startEmbedded } = await import('../../services/embedded/start-embedded.ts');
      const outcome = await startEmbedded({
        directories,
        tools: await openToolchain(directories, context.environment),
        onStarted: (service) => io.report(started(service)),
        ...waitingTurn(context),
        ...(only === undefined ? {} : { only }),
        ...(port === undefined ? {} : { ports: port }),
        ...(moveIssuer === undefined ? {} : { moveIssuer }),
      });
      if (hasControl(outcome)) await ensureSchedules(context);
      io.result('up', outcome, () => summary(outcome));
    });
}

/** Schedules need somebody who takes up what they start. */
function hasControl({ services }: EmbeddedStarted): boolean {
  return services.some(({ name, state }) => name === 'worker-control' && state === 'running');
}

/** The control worker does the same when it starts; one that runs already may be of older code. */
async function ensureSchedules(context: ClientContext): Promise<void> {
  const { reconcileSchedules } = await import('../../adapters/temporal-schedules/schedules.ts');
  const { withOwnTemporal } = await import('../release/temporal.ts');
  await withOwnTemporal(context.directories(), context.signal, ({ client }) => reconcileSchedules(client));
}

/** Parses the value of `--only`. Throws FND_BAD_INPUT with the nearest name for an unknown service. */
export function parseServices(text: string): EmbeddedService[] {
  const names = text.split(',').map((name) => name.trim());
  return names.flatMap((name) => {
    const group = SERVICE_GROUPS[name];
    if (group !== undefined) return group;
    if (isEmbeddedService(name)) return [name];
    throw unknownName('--only', 'service', name, [...EMBEDDED_SERVICES, ...Object.keys(SERVICE_GROUPS)]);
  });
}

/** Parses one `--port name=number` onto those before it. Throws FND_BAD_INPUT for an unknown name or an impossible port. */
export function parsePort(text: string, before: Ports = {}): Ports {
  const [name = '', number = ''] = text.split('=', 2);
  if (!isPortName(name)) throw unknownName('--port', 'port', name, PORT_NAMES);
  const port = Number(number);
  if (!/^\d{1,5}$/.test(number) || port < 1 || port > 65_535) {
    throw new InvalidArgumentError(`${JSON.stringify(text)} is not <name>=<number from 1 to 65535>`);
  }
  return { ...before, [name]: port };
}

function unknownName(option: string, kind: string, name: string, known: readonly string[]): FoundryError {
  return new FoundryError(
    'FND_BAD_INPUT',
    `${option}: there is no ${kind} called ${JSON.stringify(name)}${meant(name, known)}`,
    {
      hint: `The ${kind}s are: ${known.join(', ')}.`,
    },
  );
}

function started({ name, readyAfterMs, address }: ServiceStatus): string {
  return `${name.padEnd(20)} ready after ${((readyAfterMs ?? 0) / 1000).toFixed(2)} s at ${address}`;
}

function summary({ started, services, endpoints }: EmbeddedStarted): string {
  const lines = [
    started.length === 0
      ? `${services.length} services run already`
      : `${started.length} services started, ${services.length} run`,
  ];
  lines.push(addresses(endpoints));
  return lines.join('\n');
}
