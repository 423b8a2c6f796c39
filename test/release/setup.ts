import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { bringCompiled, keepCompiled } from './compiled.ts';
import { leaveFoundry, runFoundry } from './foundry.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The state folder of a lab in which one release has been made, from nothing. */
    readonly state: string;
    /** What `foundry release --output json` said of it. */
    readonly released: string;
  }
}

/** A lab that somebody keeps while working on these tests: OpenSSL is not built again. */
const KEPT = process.env['FOUNDRY_RELEASED_STATE'];
let state = '';

/**
 * Makes a lab and the first release in it, as a newcomer would: `foundry lab`, `foundry ingest`, `foundry release`. What would begin by
 * itself is switched off. OpenSSL is compiled by both builders, which takes minutes, unless this machine has compiled it from equal
 * inputs before; all tests of releases go on from this one.
 */
export async function setup({ provide }: TestProject): Promise<void> {
  state = KEPT ?? (await mkdtemp(join(tmpdir(), 'foundry-release-')));
  // Services go on without who started them, and vitest ends at once when it is stopped.
  if (KEPT === undefined)
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => leaveFoundry(state, ['down']));
  try {
    // These tests push to the forge and release by hand: nothing must begin by itself.
    await inOrder(['lab', '--merge-signal', 'off']);
    await inOrder(['schedule', 'pause', 'ingest', 'watch', '--reason', 'tests of releases by hand']);
    await inOrder(['ingest']);
    await bringCompiled(state);
    provide('released', await inOrder(['release', '--output', 'json']));
    provide('state', state);
    await keepCompiled(state);
  } catch (error) {
    await teardown();
    throw error;
  }
}

/** Stops the lab and removes it. */
export async function teardown(): Promise<void> {
  if (KEPT !== undefined) return;
  await runFoundry(state, ['down']);
  await rm(state, { recursive: true, force: true });
}

async function inOrder(args: readonly string[]): Promise<string> {
  process.stderr.write(`     foundry ${args.join(' ')}\n`);
  const { code, stdout, stderr } = await runFoundry(state, args, {
    onProgress: (line) => process.stderr.write(`     ${line}\n`),
  });
  if (code === 0) return stdout;
  throw new Error(`foundry ${args.join(' ')} ended with ${code}:\n${stderr}\n${stdout}`);
}
