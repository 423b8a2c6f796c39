import { parseArgs } from 'node:util';
import { z } from 'zod';
import { FoundryError, messageOf } from '../../domain/errors.ts';
import { startLabServer } from './lab-server.ts';
import { logToStandardError } from './request-log.ts';
import { startMergeSignals } from './signal-merges.ts';

const Options = z.object({
  'state-dir': z.string().startsWith('/', 'must be an absolute path'),
  port: z.coerce.number().int().min(0).max(65535),
});

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const server = await startLabServer({
    stateDir: options['state-dir'],
    port: options.port,
    log: logToStandardError,
  });
  logToStandardError({ time: new Date().toISOString(), listening: server.origin });
  const signals = startMergeSignals({ stateDir: options['state-dir'], log: logToStandardError });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void Promise.all([server.close(), signals.close()]));
  }
}

function readOptions(args: string[]): z.infer<typeof Options> {
  try {
    const { values } = parseArgs({
      args,
      options: { 'state-dir': { type: 'string' }, port: { type: 'string' } },
    });
    return Options.parse(values);
  } catch (error) {
    throw new FoundryError('FND_BAD_INPUT', `lab server: ${messageOf(error)}`, {
      hint: 'Usage: node lab/server/main.ts --state-dir <folder> --port <number>',
      cause: error,
    });
  }
}

// A log that takes no more, on a full disk say, is no reason to stop serving.
process.stderr.on('error', () => undefined);
try {
  await main();
} catch (error) {
  const code = error instanceof FoundryError ? error.code : undefined;
  logToStandardError({ level: 'error', code, error: messageOf(error) });
  process.exitCode = error instanceof FoundryError ? error.exitCode : 1;
}
