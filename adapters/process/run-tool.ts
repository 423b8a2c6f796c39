import { type Encoding, type Printed, runHere, type ToolRun } from './run-here.ts';
import { openToolHost, type ToolHost } from './tool-host.ts';

export type { ToolRun } from './run-here.ts';

export interface ToolResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** As {@link ToolResult}, with standard output as it is. */
export interface ToolBytes {
  readonly stdout: Uint8Array;
  readonly stderr: string;
  readonly exitCode: number;
}

let host: ToolHost | undefined;

/**
 * From now on programs are started by a small process of their own, which ends with this one. Starting a program copies the page tables of
 * whoever starts it and stops it meanwhile: with images in memory that is a hundred times the work of starting it. For processes that live
 * long and hold much.
 */
export function startToolsApart(): void {
  host ??= openToolHost();
}

/** Takes {@link startToolsApart} back. */
export function startToolsHere(): void {
  host?.close();
  host = undefined;
}

/**
 * Runs a program to its end and returns what it printed, as UTF-8 text.
 * The environment is an allow-list; on abort or timeout the whole process tree ends.
 * Throws FND_TOOL_MISSING when the program is not there, FND_INTERRUPTED on abort, FND_DISK_FULL when it says so, else FND_TOOL_FAILED with the first lines.
 */
export async function runTool(run: ToolRun): Promise<ToolResult> {
  const { stdout, stderr, exitCode } = await start(run, 'utf8');
  return { stdout: stdout as string, stderr: stderr as string, exitCode };
}

/** Like {@link runTool}, but returns standard output as bytes. */
export async function runToolForBytes(run: ToolRun): Promise<ToolBytes> {
  const { stdout, stderr, exitCode } = await start(run, 'buffer');
  return {
    stdout: stdout as Uint8Array,
    stderr: Buffer.from(stderr as Uint8Array).toString('utf8'),
    exitCode,
  };
}

async function start(run: ToolRun, encoding: Encoding): Promise<Printed> {
  return await (host === undefined ? runHere(run, encoding) : host.run(run, encoding));
}
