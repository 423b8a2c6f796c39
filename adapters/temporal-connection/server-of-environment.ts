import { type ClientConnectConfig, loadClientConnectConfig } from '@temporalio/envconfig';
import { FoundryError, messageOf } from '../../domain/errors.ts';

/** A Temporal server as the environment names it. */
export interface TemporalServer {
  readonly options: ClientConnectConfig['connectionOptions'] & { readonly address: string };
  readonly namespace: string;
}

/**
 * The server that all programs of Temporal would take: `TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, `TEMPORAL_API_KEY`, `TEMPORAL_TLS_…`, over
 * those of the file that `TEMPORAL_CONFIG_FILE` names, if it does: secrets need not stand in variables. No other file is looked for. Throws
 * FND_BAD_INPUT for variables that cannot be used, and where none names an address.
 */
export function temporalOfEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): TemporalServer {
  // A variable of CI that is not set is there and empty.
  const overrideEnvVars = Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => (entry[1] ?? '') !== ''),
  );
  const disableFile = overrideEnvVars['TEMPORAL_CONFIG_FILE'] === undefined;
  try {
    const { connectionOptions, namespace = 'default' } = loadClientConnectConfig({
      disableFile,
      overrideEnvVars,
    });
    const { address } = connectionOptions;
    if (address === undefined || address === '') throw new Error('TEMPORAL_ADDRESS is not set');
    return { options: { ...connectionOptions, address }, namespace };
  } catch (cause) {
    throw new FoundryError('FND_BAD_INPUT', `the variables of Temporal cannot be used: ${messageOf(cause)}`, {
      hint: 'See whether TEMPORAL_ADDRESS and the other variables of Temporal are right.',
      cause,
    });
  }
}
