import { readFile } from 'node:fs/promises';
import type { SigningSource } from '../../../activities/sign/signing-of.ts';
import type { Trust } from '../../../activities/verify/evidence.ts';
import { createRegistry, type Registry } from '../../../adapters/registry/registry.ts';
import { requestIdentityToken } from '../../../adapters/sigstore/identity-token.ts';
import { type BundleJson, signStatement } from '../../../adapters/sigstore/sign.ts';
import type { Statement } from '../../../adapters/sigstore/statement.ts';
import { SERVICE_GROUPS } from '../../../services/embedded/names.ts';
import { startEmbedded } from '../../../services/embedded/start-embedded.ts';
import { servicePaths } from '../../../services/service-paths.ts';
import {
  type Identity,
  registerIdentity,
  subjectAlternativeName,
} from '../../../services/sigstore/identities.ts';
import { createTestStack } from '../../services/stack.ts';

/** A registry and a Sigstore of a test's own, with two who may sign. */
export interface SigningStack {
  readonly registry: Registry;
  /** The trust in the first of the two. */
  readonly trust: Trust;
  readonly trustedRootFile: string;
  readonly trustConfigFile: string;
  /** Signs as the foundry, or as a stranger with an identity of the same issuer. */
  sign(statement: Statement, by?: 'foundry' | 'stranger'): Promise<BundleJson>;
  /** What the foundry signs with. */
  readonly source: Pick<SigningSource, 'services' | 'getToken'>;
  dispose(): Promise<void>;
}

/** Starts a {@link SigningStack}. */
export async function startSigningStack(): Promise<SigningStack> {
  const stack = await createTestStack();
  const { endpoints } = await startEmbedded({
    ...stack,
    only: ['registry', ...(SERVICE_GROUPS['sigstore'] ?? [])],
  });
  const { sigstore, registry } = endpoints;
  if (sigstore === null || registry === null) throw new Error('the stack is not complete');
  const { identities } = servicePaths(stack.directories);
  const identityOf = (name: string, repository: string): Promise<Identity> =>
    registerIdentity(identities, {
      name,
      repository,
      workflow: '.github/workflows/release.yml',
      ref: 'refs/heads/main',
    });
  const signers = {
    foundry: await identityOf('foundry', 'foundry/wolfi-openssl-fips'),
    stranger: await identityOf('stranger', 'stranger/images'),
  };
  const { oidc: issuer, trustedRoot, trustConfig } = sigstore;
  const tokenOf = async (by: keyof typeof signers): Promise<string> => {
    const { name: clientId, clientSecret } = signers[by];
    return await requestIdentityToken({ issuer, clientId, clientSecret });
  };
  return {
    registry: createRegistry({ host: registry.host, plainHttp: true }),
    trustedRootFile: trustedRoot,
    trustConfigFile: trustConfig,
    trust: {
      trustedRoot: JSON.parse(await readFile(trustedRoot, 'utf8')) as unknown,
      identity: { issuer, san: subjectAlternativeName(signers.foundry) },
    },
    async sign(statement, by = 'foundry') {
      return await signStatement(statement, { ...sigstore, getToken: () => tokenOf(by) });
    },
    source: { services: sigstore, getToken: () => tokenOf('foundry') },
    dispose: () => stack.dispose(),
  };
}
