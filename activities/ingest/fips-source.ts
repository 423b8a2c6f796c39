import { FoundryError } from '../../domain/errors.ts';
import { isOver } from '../../domain/pins/policy.ts';
import type { Versions } from '../../domain/pins/versions.ts';
import type { IngestRun, VerifiedSource } from './ingest-context.ts';

/**
 * Contract 2, sixth step: the source of the provider is the one that a certificate of the allow-list covers: its version, while
 * the certificate is active, and the fingerprint over its FIPS sources. Throws FND_NOT_CERTIFIED.
 */
export async function requireCertified(
  run: IngestRun,
  { provider, certificate }: Pick<Versions, 'provider' | 'certificate'>,
  source: VerifiedSource,
): Promise<void> {
  const covering = certificate[provider.certificate];
  if (covering === undefined || covering.version !== provider.version) {
    throw refused(`certificate ${provider.certificate} does not cover OpenSSL ${provider.version}`);
  }
  if (isOver(covering.sunset, run.now())) {
    throw refused(`certificate ${provider.certificate} ended on ${covering.sunset}`);
  }
  run.report(`comparing the FIPS sources of ${provider.version} with certificate ${provider.certificate}`);
  const found = await run.measureFipsSources(source, run.signal);
  if (found !== covering.fingerprint) {
    throw refused(
      `the FIPS sources of provider ${provider.version} have the fingerprint ${found}; certificate ${provider.certificate} covers ${covering.fingerprint}`,
    );
  }
  run.passed('fips-source', `certificate ${provider.certificate}, fingerprint ${found}`);
}

function refused(reason: string): FoundryError {
  return new FoundryError('FND_NOT_CERTIFIED', reason, {
    hint: 'Only a module on the allow-list of versions.hcl is built, from exactly its sources.',
  });
}
