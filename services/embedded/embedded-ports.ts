import type { Directories } from '../../adapters/directories/directories.ts';
import { FoundryError } from '../../domain/errors.ts';
import { findPortHolder, isLoopbackPortFree } from '../ports/loopback-port.ts';
import { type PortBook, assignPorts, readPortBook, writePortBook } from '../ports/port-book.ts';
import { servicePaths } from '../service-paths.ts';
import type { ServiceStatus } from '../supervisor/service-spec.ts';
import { type EmbeddedService, type PortName, SERVICE_GROUPS, SERVICE_PORTS, isSigstore } from './names.ts';

/** What the choice of ports depends on. */
export interface PortChoice {
  readonly directories: Directories;
  /** The services that run already. */
  readonly before: readonly ServiceStatus[];
  /** The services about to be started. */
  readonly missing: readonly EmbeddedService[];
  /** Ports a person asked for, by name. */
  readonly ports?: Readonly<Partial<Record<PortName, number>>>;
  /** Allows `ports` to move the issuer, whose address is part of every signature. */
  readonly moveIssuer?: boolean;
}

/**
 * Gives the missing services their ports and keeps them for the next time. Throws FND_PORT_TAKEN with who holds it, and
 * FND_BAD_INPUT for a port that cannot be moved now.
 */
export async function choosePorts(choice: PortChoice): Promise<PortBook> {
  const { directories, before, missing } = choice;
  const path = servicePaths(directories).ports;
  const kept = await readPortBook(path);
  const wanted = { ...choice.ports };
  for (const [name, port] of Object.entries(wanted)) {
    checkMove({ name, port, old: kept[name], before, moveIssuer: choice.moveIssuer === true });
  }
  // Sigstore's files name all of its addresses, so its ports are chosen together.
  const listening = missing.flatMap((name): readonly PortName[] => SERVICE_PORTS[name]);
  const alsoNamed = missing.some(isSigstore)
    ? (SERVICE_GROUPS['sigstore'] ?? []).flatMap((name): readonly PortName[] => SERVICE_PORTS[name])
    : [];
  const names = [...new Set([...listening, ...alsoNamed])].filter(
    (name) => listening.includes(name) || kept[name] === undefined,
  );
  const book = await assignPorts({ kept, names, wanted, isFree: isLoopbackPortFree, taken: portTaken });
  await writePortBook(path, book);
  return book;
}

interface PortMove {
  readonly name: string;
  readonly port: number;
  readonly old: number | undefined;
  readonly before: readonly ServiceStatus[];
  readonly moveIssuer: boolean;
}

function checkMove({ name, port, old, before, moveIssuer }: PortMove): void {
  if (old === undefined || old === port) return;
  if (before.some(({ ports, state }) => state !== 'failed' && Object.values(ports).includes(old))) {
    throw new FoundryError('FND_BAD_INPUT', `--port ${name}=${port}: it runs on port ${old}`, {
      hint: 'Run `./foundry down` first.',
    });
  }
  if (name === 'oidc' && !moveIssuer) {
    throw new FoundryError(
      'FND_BAD_INPUT',
      `--port oidc=${port}: signatures made so far name http://127.0.0.1:${old} as the issuer of their identity`,
      {
        hint: 'They then verify only for whoever still asks for the old issuer. To move it all the same, add --move-issuer.',
      },
    );
  }
}

async function portTaken(name: string, port: number): Promise<FoundryError> {
  const holder = await findPortHolder(port);
  const by = holder === undefined ? 'another process' : `process ${holder.pid} (${holder.command})`;
  const move =
    name === 'oidc'
      ? '--port oidc=<other> --move-issuer (signatures made so far name the old address as their issuer)'
      : `--port ${name}=<other>`;
  return new FoundryError('FND_PORT_TAKEN', `port ${port} of ${name} is taken by ${by}`, {
    hint: `Free it, or start with \`./foundry up ${move}\`.`,
  });
}
