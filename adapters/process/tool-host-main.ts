import process from 'node:process';
import { FoundryError, messageOf } from '../../domain/errors.ts';
import { runHere, type ToolRun } from './run-here.ts';
import { Asked, type Told } from './tool-messages.ts';

// Starts programs for another process and tells it what they print: see tool-host.ts. It ends with that process, and takes what it runs
// along. A signal that means both is for the other one to understand: it may want to end its programs in order.

const running = new Map<number, AbortController>();

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

process.on('disconnect', () => {
  for (const controller of running.values()) controller.abort();
  if (running.size === 0) process.exit();
});

process.on('message', (message) => {
  const asked = Asked.parse(message);
  if (asked.ask === 'stop') running.get(asked.id)?.abort();
  else void serve(asked);
});

async function serve({ id, encoding, wantsLines, run }: Extract<Asked, { ask: 'run' }>): Promise<void> {
  const controller = new AbortController();
  running.set(id, controller);
  const onLine = (line: string): void => tell({ tell: 'line', id, line });
  try {
    const given = { ...run, signal: controller.signal, ...(wantsLines ? { onLine } : {}) } as ToolRun;
    const { stdout, stderr, exitCode } = await runHere(given, encoding);
    tell({ tell: 'printed', id, stdout: output(stdout), stderr: output(stderr), exitCode });
  } catch (error) {
    tell({ tell: 'failed', id, ...reasonOf(error) });
  } finally {
    running.delete(id);
    if (!process.connected && running.size === 0) process.exit();
  }
}

function output(printed: unknown): string | Uint8Array {
  return printed instanceof Uint8Array ? printed : String(printed);
}

function reasonOf(error: unknown): { code: FoundryError['code'] | null; message: string; hint?: string } {
  if (!(error instanceof FoundryError)) return { code: null, message: messageOf(error) };
  const { code, message, hint } = error;
  return { code, message, ...(hint === undefined ? {} : { hint }) };
}

function tell(said: Told): void {
  if (process.connected) process.send?.(said);
}
