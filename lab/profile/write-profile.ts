import { join } from 'node:path';
import { writeFileAtomic } from '../../adapters/files/write-atomic.ts';
import { PROFILE_FILE } from '../../adapters/profile/profile-path.ts';
import { renderValue } from '../../domain/hcl/render.ts';
import { FOUNDRY_IDENTITY } from '../../services/embedded/foundry-identity.ts';
import { subjectAlternativeName } from '../../services/sigstore/identities.ts';
import { DATABASE_SCHEMA } from '../advisories/scanner-database.ts';
import { LAB_REPOSITORY } from '../forge/forge-paths.ts';
import type { ForgeToken } from '../forge/tokens.ts';
import { UPSTREAM_REPOSITORY } from '../forge/upstream-repository.ts';
import type { LabContext } from '../world/lab-context.ts';
import { DATABASE_REPOSITORY } from '../world/publish-database.ts';

const TOKEN = 'forge.token';

/**
 * Writes the profile of this state folder, with the lab's endpoints and trust roots, and the forge's write token beside it, for
 * the owner alone.
 */
export async function writeProfile(
  { directories, registry, sigstore, url }: LabContext,
  tokens: readonly ForgeToken[],
): Promise<void> {
  const writer = tokens.find(({ scope }) => scope === 'write');
  if (writer === undefined) throw new Error('the forge has no token that may write');
  const repository = `${url}/git/${LAB_REPOSITORY.fullName}.git`;
  const upstream = `${UPSTREAM_REPOSITORY.owner}/${UPSTREAM_REPOSITORY.name}`;
  const text = (value: string): string => renderValue(value, '', '\n');
  await writeFileAtomic(join(directories.state, TOKEN), `${writer.token}\n`, 0o600);
  await writeFileAtomic(
    join(directories.state, PROFILE_FILE),
    [
      '# The endpoints and trust roots of a lab on this machine. It is written anew whenever the lab starts.',
      '',
      'forge {',
      `  repository = ${text(repository)}`,
      `  branch     = ${text(LAB_REPOSITORY.defaultBranch)}`,
      `  token_file = ${text(TOKEN)}`,
      `  api        = ${text(`${url}/api/v3`)}`,
      `  project    = ${text(LAB_REPOSITORY.fullName)}`,
      '}',
      '',
      'upstream {',
      `  trusted_root  = ${text(sigstore.trustedRoot)}`,
      `  core_releases = ${text(`${url}/api/v3/repos/${upstream}/releases?per_page=100`)}`,
      '}',
      '',
      'images {',
      `  registry   = ${text(registry.host)}`,
      `  quarantine = ${text('quarantine/openssl-fips')}`,
      `  published  = ${text('openssl-fips')}`,
      `  vendor     = ${text('wolfi-openssl-fips lab')}`,
      `  notice     = ${text('THIS IS A LAB: nothing in it is a validated or production artifact.')}`,
      '}',
      '',
      'signing {',
      `  fulcio              = ${text(sigstore.fulcio)}`,
      `  rekor               = ${text(sigstore.rekor)}`,
      `  timestamp_authority = ${text(sigstore.timestampAuthority)}`,
      `  issuer              = ${text(sigstore.oidc)}`,
      `  identity            = ${text(subjectAlternativeName(FOUNDRY_IDENTITY))}`,
      `  trusted_root        = ${text(sigstore.trustedRoot)}`,
      `  builder             = ${text('embedded')}`,
      '}',
      '',
      'scanners {',
      `  database           = ${text(`${registry.host}/${DATABASE_REPOSITORY}:${DATABASE_SCHEMA}`)}`,
      `  openssl_advisories = ${text(`${url}/openssl/vulnerabilities.json`)}`,
      '}',
      '',
    ].join('\n'),
  );
}
