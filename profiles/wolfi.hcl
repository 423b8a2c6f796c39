# The real Wolfi, and the public good instance of Sigstore. Everything that begins with "your-" is for you to replace; docs/profiles.md, "Point it at
# real Wolfi", says how, and what was not tried. The files that it names lie beside it and are not in the repository.

forge {
  repository = "https://github.com/your-organisation/wolfi-openssl-fips.git"
  branch     = "main"
  token_file = "forge.token"
  api        = "https://api.github.com"
  project    = "your-organisation/wolfi-openssl-fips"
}

upstream {
  trusted_root  = "upstream-trusted-root.json"
  core_releases = "https://api.github.com/repos/openssl/openssl/releases?per_page=100"

  # Where GitHub sends who asks for a file of a release, or for the archive of a repository.
  redirects = ["release-assets.githubusercontent.com", "codeload.github.com"]
}

images {
  registry         = "ghcr.io"
  credentials_file = "registry.json"
  quarantine       = "your-organisation/openssl-fips-quarantine"
  published        = "your-organisation/openssl-fips"
  vendor           = "your-organisation"
}

signing {
  fulcio              = "https://fulcio.sigstore.dev"
  rekor               = "https://log2025-1.rekor.sigstore.dev"
  timestamp_authority = "https://timestamp.sigstore.dev"
  issuer              = "https://token.actions.githubusercontent.com"
  identity            = "https://github.com/your-organisation/wolfi-openssl-fips/.github/workflows/sign.yml@refs/heads/main"
  trusted_root        = "own-trusted-root.json"
  builder             = "separate"
}

scanners {
  database           = "ghcr.io/aquasecurity/trivy-db:2"
  openssl_advisories = "https://github.com/openssl/release-metadata/archive/refs/heads/main.tar.gz"
}
