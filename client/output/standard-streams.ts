import { isCode, namedFileError } from '../../adapters/files/write-atomic.ts';
import { exitCodeOf, renderError } from './print-error.ts';

/**
 * Says what happens when standard output or standard error can no longer be written, where Node would end with a stack trace.
 * A reader that has had enough (`foundry status | head -1`) is no failure, and neither is progress that nobody gets to see;
 * a result that is lost, on a full disk say, is printed as an error and sets the exit code.
 */
export function tendStandardStreams({ stdout, stderr }: Pick<NodeJS.Process, 'stdout' | 'stderr'>): void {
  stderr.on('error', () => undefined);
  stdout.on('error', (cause) => {
    if (isCode(cause, 'EPIPE')) return;
    const error = namedFileError(cause, 'standard output');
    stderr.write(`${renderError(error, 'text')}\n`);
    process.exitCode = exitCodeOf(error);
  });
}
