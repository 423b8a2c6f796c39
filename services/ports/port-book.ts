import { randomInt } from 'node:crypto';
import { z } from 'zod';
import { readJsonFile, writeJsonFile } from '../../adapters/files/json-file.ts';
import { FoundryError } from '../../domain/errors.ts';

/** Below the range from which Linux gives ports to outgoing connections, so a kept port stays free while we are down. */
const FIRST_PORT = 20_000;
const LAST_PORT = 29_999;
const ATTEMPTS = 200;

const PortBook = z.record(z.string(), z.int().min(1).max(65_535));

/** The ports of a state folder, by what listens on them. */
export type PortBook = Readonly<Record<string, number>>;

/** Reads the kept ports; none when there is no file. Throws FND_BAD_DATA when it is not what we wrote. */
export async function readPortBook(path: string): Promise<PortBook> {
  const book = await readJsonFile(path, PortBook, {
    what: 'a file of ports by name',
    hint: `Remove ${path}: new ports are then chosen. Signatures made so far name the old issuer port.`,
  });
  return book ?? {};
}

/** Writes the ports that are to be kept. */
export async function writePortBook(path: string, book: PortBook): Promise<void> {
  await writeJsonFile(path, book, 0o600);
}

/** What {@link assignPorts} decides from. */
export interface PortWishes {
  readonly kept: PortBook;
  /** The ports that are needed now. */
  readonly names: readonly string[];
  /** Ports a person asked for; they win over kept ones. */
  readonly wanted: PortBook;
  readonly isFree: (port: number) => Promise<boolean>;
  /** Makes the error for a wanted or kept port that is taken. */
  readonly taken: (name: string, port: number) => Promise<FoundryError>;
  readonly pick?: () => number;
}

/**
 * Gives each name a port: the wanted one, else the kept one, else a free one that nobody has. Returns the whole new book.
 * Throws the `taken` error for a wanted or kept port that is not free, FND_BAD_INPUT when two names want the same.
 */
export async function assignPorts(wishes: PortWishes): Promise<PortBook> {
  const { kept, names, wanted, isFree, taken } = wishes;
  const pick = wishes.pick ?? ((): number => randomInt(FIRST_PORT, LAST_PORT + 1));
  const book: Record<string, number> = { ...kept, ...wanted };
  for (const [name, port] of Object.entries(wanted)) {
    const twin = Object.entries(book).find(([other, value]) => other !== name && value === port);
    if (twin !== undefined) {
      throw new FoundryError('FND_BAD_INPUT', `port ${port} cannot be both ${name}'s and ${twin[0]}'s`);
    }
  }
  for (const name of names) {
    const port = book[name];
    if (port === undefined) book[name] = await freePort(book, isFree, pick);
    else if (!(await isFree(port))) throw await taken(name, port);
  }
  return book;
}

async function freePort(book: PortBook, isFree: PortWishes['isFree'], pick: () => number): Promise<number> {
  const used = new Set(Object.values(book));
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = pick();
    if (!used.has(port) && (await isFree(port))) return port;
  }
  throw new FoundryError('FND_PORT_TAKEN', `no free port found between ${FIRST_PORT} and ${LAST_PORT}`, {
    hint: 'Choose ports yourself with --port, such as --port registry=5005.',
  });
}
