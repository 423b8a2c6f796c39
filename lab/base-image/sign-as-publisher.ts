import type { ImageAddress } from '../../adapters/registry/image-address.ts';
import { attachBundle } from '../../adapters/sigstore/attach.ts';
import { requestIdentityToken } from '../../adapters/sigstore/identity-token.ts';
import { signStatement } from '../../adapters/sigstore/sign.ts';
import { hexOf } from '../../domain/digest.ts';
import { servicePaths } from '../../services/service-paths.ts';
import { registerIdentity, type IdentityDescription } from '../../services/sigstore/identities.ts';
import type { LabContext } from '../world/lab-context.ts';

/** What cosign writes for "this image is ours", when the signature is a statement. */
export const IMAGE_SIGNATURE = 'https://sigstore.dev/cosign/sign/v1';

/** Who publishes the lab's base image: somebody else than the foundry, with a secret of its own. */
export const PUBLISHER: IdentityDescription = {
  name: 'lab-publisher',
  repository: 'foundry-lab/wolfi-images',
  workflow: '.github/workflows/release.yaml',
  ref: 'refs/heads/main',
};

/** Signs an image in the lab's registry as its publisher and attaches the signature to it. */
export async function signAsPublisher(
  image: ImageAddress,
  { sigstore, directories }: LabContext,
): Promise<void> {
  const { name, clientSecret } = await registerIdentity(servicePaths(directories).identities, PUBLISHER);
  const bundle = await signStatement(
    {
      _type: 'https://in-toto.io/Statement/v1',
      subject: [
        { name: `${image.registry.host}/${image.repository}`, digest: { sha256: hexOf(image.digest) } },
      ],
      predicateType: IMAGE_SIGNATURE,
      predicate: {},
    },
    {
      ...sigstore,
      getToken: () => requestIdentityToken({ issuer: sigstore.oidc, clientId: name, clientSecret }),
    },
  );
  await attachBundle(image, bundle, IMAGE_SIGNATURE);
}
