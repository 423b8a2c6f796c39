import type { Sha256 } from '../../domain/digest.ts';
import { withTemporaryDirectory } from '../files/write-atomic.ts';
import { runTool } from '../process/run-tool.ts';
import { fipsSourceFingerprint } from './fips-fingerprint.ts';

/**
 * The FIPS source fingerprint of an OpenSSL 3.1.2 tarball, unpacked for the moment. The tarball must be verified: it is unpacked
 * and parts of it are run. Throws what {@link fipsSourceFingerprint} throws, FND_TOOL_FAILED when it is no tarball.
 */
export function fipsFingerprintOfTarball(tarball: string, signal?: AbortSignal): Promise<Sha256> {
  return withTemporaryDirectory(async (folder) => {
    const stop = signal === undefined ? {} : { signal };
    await runTool({
      tool: 'tar (source of the provider)',
      file: 'tar',
      args: ['-xzf', tarball, '-C', folder, '--strip-components=1', '--no-same-owner'],
      ...stop,
    });
    return fipsSourceFingerprint(folder, signal);
  });
}
