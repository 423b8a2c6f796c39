import { Context } from '@temporalio/activity';
import { Client, Connection } from '@temporalio/client';
import { createSignActivities, type SignActivities } from '../activities/sign/sign-activities.ts';
import {
  createPackageSigningActivities,
  type PackageSigningActivities,
} from '../activities/sign/sign-packages.ts';
import { createWithdrawalSigning, type WithdrawalSigning } from '../activities/sign/sign-withdrawal.ts';
import { usedTools } from '../activities/sign/used-tools.ts';
import { openSigningKeyFile } from '../adapters/apk/signing-key-file.ts';
import { readOwnTrustedRoot } from '../adapters/profile/profile.ts';
import { registriesOf } from '../adapters/profile/registries-of.ts';
import { tokenSource } from '../adapters/sigstore/token-source.ts';
import { readRelease } from '../adapters/temporal-history/read-history.ts';
import type { RecordedRelease } from '../adapters/temporal-history/recorded.ts';
import { FoundryError } from '../domain/errors.ts';
import { perCall } from './activity-call.ts';
import type { Resources } from './resources.ts';

/** The name under which readers keep the public half: packages and their index name it. */
const PACKAGE_KEY_NAME = 'wolfi-openssl-fips.rsa.pub';

/** The activities of the queue `sign`. Throws FND_BAD_INPUT for a worker that has no signing identity. */
export function signActivities(resources: Resources): ReturnType<typeof perCall> {
  const { store, results, tools, profile, temporal, signingIdentity, packageKey } = resources;
  if (signingIdentity === null || packageKey === null)
    throw new FoundryError('FND_BAD_INPUT', 'worker: only the worker with a signing identity signs');
  return {
    ...perCall<PackageSigningActivities>(['signPackages'], ({ report }) =>
      createPackageSigningActivities({
        store,
        getKey: () => openSigningKeyFile(packageKey, PACKAGE_KEY_NAME),
        readRelease: () => releaseOfThisActivity(temporal),
        report,
      }),
    ),
    ...perCall<WithdrawalSigning>(['signWithdrawal'], async ({ report, signal }) => {
      const known = await profile();
      const { images, signing } = known;
      return createWithdrawalSigning({
        store,
        results,
        registry: registriesOf(known, signal)(images.registry),
        published: images.published,
        services: signing,
        getToken: tokenSource(signing.issuer, signingIdentity),
        trustedRoot: await readOwnTrustedRoot(known),
        identity: { issuer: signing.issuer, san: signing.identity },
        readRun: () => releaseOfThisActivity(temporal),
        report,
      });
    }),
    ...perCall<SignActivities>(
      ['attestBuild', 'attestGates', 'attestVerification', 'signRecord'],
      async ({ report, signal }) => {
        const known = await profile();
        const { images, signing } = known;
        const { vendor, notice } = images;
        return createSignActivities({
          store,
          results,
          registry: registriesOf(known, signal)(images.registry),
          published: images.published,
          maker: { vendor, notice },
          builder: signing.builder,
          tools: () => usedTools(tools),
          services: signing,
          getToken: tokenSource(signing.issuer, signingIdentity),
          trustedRoot: await readOwnTrustedRoot(known),
          identity: { issuer: signing.issuer, san: signing.identity },
          readRelease: () => releaseOfThisActivity(temporal),
          now: () => new Date(),
          report,
        });
      },
    ),
  };
}

async function releaseOfThisActivity({
  options,
  namespace,
}: Resources['temporal']): Promise<RecordedRelease> {
  const { workflowExecution } = Context.current().info;
  if (workflowExecution === undefined)
    throw new FoundryError('FND_NOT_RECORDED', 'something was to be signed that no workflow asks for');
  const connection = await Connection.connect(options);
  try {
    return await readRelease(new Client({ connection, namespace }), workflowExecution);
  } finally {
    await connection.close();
  }
}
