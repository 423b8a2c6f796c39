import { FoundryError } from '../../domain/errors.ts';
import type { BuildWatch } from './build-watch.ts';

/** How programs, the C library and the kernel say that there is no network. */
const NO_NETWORK =
  /connection refused|network is unreachable|no route to host|could not resolve|unable to resolve|name resolution|name or service not known|no such host|bad address '|\bE(?:NETUNREACH|HOSTUNREACH|CONNREFUSED|AI_AGAIN|NOTFOUND)\b/i;

/**
 * Listens for a recipe that reaches for a network, which a builder does not have. Only a build that fails is asked: one that does
 * without what it could not reach made the same of the same. `onLine` gets every line, too.
 */
export function watchNetwork(onLine: ((line: string) => void) | undefined): BuildWatch {
  let reached: string | undefined;
  return {
    onLine(line) {
      if (NO_NETWORK.test(line)) reached ??= line.trim();
      onLine?.(line);
    },
    failure(error) {
      if (reached === undefined || !(error instanceof FoundryError) || error.code !== 'FND_TOOL_FAILED')
        return error;
      return new FoundryError('FND_NOT_HERMETIC', `the recipe reaches for a network: ${reached}`, {
        hint: 'A build gets what the lock names and nothing else: pin it as a source or a package.',
        cause: error,
      });
    },
  };
}
