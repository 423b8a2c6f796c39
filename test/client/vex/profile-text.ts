import { REPOSITORY, type RunningForge } from '../../lab/forge/start-forge.ts';

/** A profile of which only the forge is there. */
export function profileText({ address, origin }: RunningForge): string {
  return `
forge {
  repository = "${address}"
  branch     = "main"
  token_file = "token"
  api        = "${origin}/api/v3"
  project    = "${REPOSITORY.owner}/${REPOSITORY.repo}"
}
upstream {
  trusted_root  = "root.json"
  core_releases = "${origin}/api/v3/repos/openssl/openssl/releases"
}
images {
  registry   = "127.0.0.1:1"
  quarantine = "quarantine"
  published  = "openssl-fips"
  vendor     = "somebody"
}
signing {
  fulcio              = "${origin}"
  rekor               = "${origin}"
  timestamp_authority = "${origin}"
  issuer              = "${origin}"
  identity            = "https://example.com/us"
  trusted_root        = "root.json"
  builder             = "embedded"
}
scanners {
  database           = "127.0.0.1:1/trivy-db:2"
  openssl_advisories = "${origin}/openssl/vulnerabilities.json"
}
`;
}
