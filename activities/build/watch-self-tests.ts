import { FoundryError } from '../../domain/errors.ts';
import type { BuildWatch } from './build-watch.ts';

/** A line of fipsinstall (OpenSSL's manual, openssl-fipsinstall): `HMAC : (Module_Integrity) : Fail`. */
const FAILED_TEST = /(\S+ : \(\w+\)) : (?:Corrupt )?Fail\b/;
const REFUSED = 'INSTALL FAILED';

/** Listens for what fipsinstall says of the module. `onLine` gets every line, too. */
export function watchSelfTests(onLine: ((line: string) => void) | undefined): BuildWatch {
  const failed: string[] = [];
  let isRefused = false;
  return {
    onLine(line) {
      const [, test] = FAILED_TEST.exec(line) ?? [];
      if (test !== undefined) failed.push(test);
      isRefused ||= line.includes(REFUSED);
      onLine?.(line);
    },
    failure(error) {
      const [first] = failed;
      if (first === undefined && !isRefused) return error;
      const what = first === undefined ? 'fipsinstall refused the module' : `the self-test ${first} failed`;
      return new FoundryError('FND_SELF_TEST_FAILED', `${what} while it was built`, {
        hint: 'Do not build it again until it passes: find out what changed in the module, its source or the compiler.',
        cause: error,
      });
    },
  };
}
