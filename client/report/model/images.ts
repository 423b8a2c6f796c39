import type { ImageFacts, ReleaseFacts } from './facts.ts';
import type { ImageReport } from './report.ts';

/** An image as people name it: its variant and its platform. */
export function imageTitle({ image }: Pick<ImageFacts, 'image'>): string {
  return `${image.variant} (${image.platform})`;
}

/** An image with its digest, its size, and how anybody pulls and verifies it. */
export function imageReport(facts: ImageFacts, signer: ReleaseFacts['signer']): ImageReport {
  const { image, bytes, refusal, checks, documents } = facts;
  const { variant, platform, registry, repository, tag, digest } = image;
  const name = `${registry}/${repository}`;
  return {
    variant,
    platform,
    name,
    tag,
    digest,
    bytes,
    packages: documents.packages?.length ?? null,
    verdict: refusal === null && checks.length > 0 ? 'verified' : 'refused',
    refusal,
    checks: [...checks],
    commands: commandsFor(`${name}@${digest}`, signer),
  };
}

/** By digest: a tag may lead elsewhere tomorrow. The lines are those of docs/verify.md. */
function commandsFor(reference: string, signer: ReleaseFacts['signer']): ImageReport['commands'] {
  const pull = { what: 'pull', command: `docker pull ${reference}` };
  if (signer === null) return [pull];
  const { identity, issuer } = signer;
  return [
    pull,
    {
      what: 'verify with the foundry',
      command: `./foundry verify ${reference} --trusted-root trusted_root.json --identity ${identity} --issuer ${issuer}`,
    },
    {
      what: 'verify with cosign',
      command: `cosign verify-attestation --trusted-root trusted_root.json --certificate-identity ${identity} --certificate-oidc-issuer ${issuer} --type https://slsa.dev/verification_summary/v1 ${reference}`,
    },
  ];
}
