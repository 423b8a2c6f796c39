import { VERSIONS_FILE } from '../../domain/pins/pin-files.ts';
import { subjectAlternativeName } from '../../services/sigstore/identities.ts';
import { BASE_IMAGE_REPOSITORY } from '../base-image/publish-base-image.ts';
import { PUBLISHER } from '../base-image/sign-as-publisher.ts';
import { coreReleases } from '../sources/ensure-sources.ts';
import { OPENSSL_RELEASE_KEYS } from '../sources/release-pins.ts';
import type { LabContext } from '../world/lab-context.ts';
import { REPOSITORY_KEY } from '../world/publisher-keys.ts';
import type { Stock } from '../world/stock.ts';
import { checkoutFiles } from './checkout-files.ts';
import type { SeedFile } from './git/create-repository.ts';

const README = `# A lab's repository

This repository lives in the forge of a wolfi-openssl-fips lab, on one machine. It is where the foundry keeps the pins of
what it releases there. Nothing in it describes a production or validated artifact.
`;

const PROVIDER = '3.1.2';

/**
 * The first commit of the lab's repository: what a person has decided, with every pin open for ingest to write, and this checkout's
 * blueprints, manifests and workflows, because a release audits and builds what its commit holds.
 */
export async function seedFiles(context: LabContext, { sources }: Stock): Promise<SeedFile[]> {
  const { url, registry, sigstore } = context;
  const { yesterday } = coreReleases(sources);
  const provider = sources.releases.find(({ version }) => version === PROVIDER);
  if (provider === undefined) throw new Error(`the lab has no OpenSSL ${PROVIDER}`);
  const archive = `${url}/openssl/openssl/releases/download/openssl-{version}/openssl-{version}.tar.gz`;
  const versions = `# THIS IS A LAB: nothing that follows from these pins is a validated or production artifact.
#
# Every input of the lab's releases that a person decides. \`./foundry ingest\` writes the pins.

schema = 1

core {
  line     = "${yesterday.line}"
  version  = "${yesterday.version}"
  released = "${yesterday.published}"
  revision = 0
  url      = "${archive}"
  signers  = [${OPENSSL_RELEASE_KEYS.map((key) => `"${key}"`).join(', ')}]
  keys     = "${url}/openssl/pubkeys.asc"
}

# The tree of OpenSSL ${PROVIDER}, repacked and signed by the lab: not OpenSSL's archive, but the sources of its module.
provider {
  certificate = 4985
  version     = "${PROVIDER}"
  released    = "${provider.published}"
  revision    = 0
  url         = "${archive}"
  signers     = ["${provider.signerFingerprint}"]
  keys        = "${url}/openssl/lab-release-key.asc"
}

certificate "4985" {
  version     = "${PROVIDER}"
  fingerprint = "89f749c416427df81cbc7fed9e9bfebb65bb201ae4a383b647cc5d774ced0129"
  sunset      = "2030-03-10"
}

base {
  image = "${registry.host}/${BASE_IMAGE_REPOSITORY}:latest"

  signer {
    identity = "${subjectAlternativeName(PUBLISHER)}"
    issuer   = "${sigstore.oidc}"
  }
}

repository {
  url  = "${url}/os"
  feed = "${url}/os/security.json"

  key {
    url = "${url}/os/${REPOSITORY_KEY}"
  }
}

variants  = ["standard", "distroless", "development"]
platforms = ["linux/amd64"]

packages "standard" {
  roots = ["bash"]
}

packages "distroless" {
  roots = ["glibc", "wolfi-baselayout"]
}

packages "development" {
  roots = ["bash", "gcc", "glibc-dev", "make"]
}

packages "build" {
  roots = ["bash", "binutils", "build-base", "busybox", "gcc", "glibc-dev", "linux-headers", "make", "perl", "wolfi-baselayout"]
}

policy {
  audit {
    severity = "medium"
  }

  vulnerabilities {
    severity = "low"
    age      = "24h"
  }

  operator {
    wait = "12h"
  }

  ingest {
    mode     = "push"
    cooldown = "3d"
    growth   = 10
    build    = "keep"
  }
}
`;
  return [
    { path: 'README.md', content: README },
    { path: VERSIONS_FILE, content: versions },
    ...(await checkoutFiles()),
  ];
}
