import type { Lock, LockEntry } from '../../../domain/pins/lock.ts';
import { lockedInputs } from '../../../domain/pins/lock-fit.ts';
import { parseOciDigest, parseSha256, sha256 } from '../../../domain/digest.ts';
import { requirePins, type PinnedVersions } from '../../../domain/pins/open-pins.ts';
import { readVersions } from '../../../domain/pins/read-versions.ts';

/** Versions in which every pin is set, with comments where people put them. */
export const SAMPLE = `schema = 1

core {
  line     = "3.5"
  version  = "3.5.7"
  released = "2026-06-09"
  revision = 0
  url      = "https://example.com/openssl-{version}/openssl-{version}.tar.gz"
  sha256   = "${'1'.repeat(64)}"
  signers  = ["${'A'.repeat(40)}"]
  keys     = "https://example.com/pubkeys.asc"
}

provider {
  certificate = 4985
  version     = "3.1.2"
  released    = "2023-08-01"
  revision    = 2
  url         = "https://example.com/openssl-{version}.tar.gz"
  sha256      = "${'2'.repeat(64)}"
  signers     = ["${'B'.repeat(40)}"]
  keys        = "https://example.com/pubkeys.asc"
}

certificate "4985" {
  version     = "3.1.2"
  fingerprint = "${'3'.repeat(64)}"
  sunset      = "2030-03-10"
}

base {
  image  = "registry.example.com/chainguard/wolfi-base:latest" # by hand
  digest = "sha256:${'4'.repeat(64)}"
  signer {
    identity = "https://example.com/release.yaml@refs/heads/main"
    issuer   = "https://issuer.example.com"
  }
}

repository {
  url  = "https://packages.example.com/os"
  feed = "https://packages.example.com/os/security.json"
  key {
    url    = "https://packages.example.com/os/signing.rsa.pub"
    sha256 = "${'5'.repeat(64)}"
  }
}

variants  = ["standard", "distroless"]
platforms = ["linux/amd64"]

packages "standard" {
  roots    = ["bash"]
  versions = {
    "bash"      = "5.3-r2" # the shell
    "libstdc++" = "15.2.0-r1"
  }
}

packages "distroless" {
  roots    = []
  versions = {}
}

packages "build" {
  roots    = ["gcc"]
  versions = {
    "gcc" = "15.2.0-r1"
    "libcrypto3" = "3.6.3-r0"
  }
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
  }
}

waiver "nsa-cisa" "NSA-1.9" {
  variants = ["standard"]
  owner    = "a@example.com"
  reason   = "not reachable"
  expires  = "2026-12-31"
}

waiver "nsa-cisa" "NSA-1.10" {
  owner   = "a@example.com"
  reason  = "not reachable"
  expires = "2026-01-31"
}

vex "CVE-2026-0002" {
  variants      = ["standard"]
  status        = "not_affected"
  justification = "vulnerable_code_not_in_execute_path"
  owner         = "a@example.com"
  reason        = "nothing here calls it"
  expires       = "2026-12-31"
}

vex "CVE-2026-0001" {
  status  = "fixed"
  owner   = "a@example.com"
  reason  = "our patch is in it"
  expires = "2026-01-31"
}

vex "CVE-2026-0003" {
  status  = "affected"
  owner   = "a@example.com"
  reason  = "keep it away from strangers"
  expires = "2026-12-31"
}

hold "gcc" {
  owner   = "a@example.com"
  reason  = "waits for 16"
  expires = "2027-01-31"
}
`;

/** {@link SAMPLE}, read and complete. */
export function samplePins(text = SAMPLE): PinnedVersions {
  return requirePins(readVersions(text, 'versions.hcl'), 'versions.hcl');
}

/** Every file that follows from {@link SAMPLE}, in no order. */
export function sampleFiles(): LockEntry[] {
  const bytes = { mediaType: 'application/octet-stream', size: 10, sha256: sha256('x') };
  const os = 'https://packages.example.com/os/x86_64';
  const image = 'https://registry.example.com/v2/chainguard/wolfi-base';
  const amd64 = 'linux/amd64';
  const one = parseSha256('1'.repeat(64), 'test');
  const two = parseSha256('2'.repeat(64), 'test');
  const digest = parseOciDigest(`sha256:${'4'.repeat(64)}`, 'test');
  return [
    {
      ...bytes,
      kind: 'package',
      name: 'libstdc++',
      version: '15.2.0-r1',
      platform: amd64,
      purposes: ['standard'],
      url: `${os}/libstdc++-15.2.0-r1.apk`,
    },
    {
      ...bytes,
      kind: 'package',
      name: 'bash',
      version: '5.3-r2',
      platform: amd64,
      purposes: ['standard'],
      url: `${os}/bash-5.3-r2.apk`,
    },
    {
      ...bytes,
      kind: 'package',
      name: 'gcc',
      version: '15.2.0-r1',
      platform: amd64,
      purposes: ['build'],
      url: `${os}/gcc-15.2.0-r1.apk`,
    },
    {
      ...bytes,
      kind: 'package',
      name: 'libcrypto3',
      version: '3.6.3-r0',
      platform: amd64,
      purposes: ['build'],
      url: `${os}/libcrypto3-3.6.3-r0.apk`,
    },
    { ...bytes, kind: 'package-index', name: 'repository', platform: amd64, url: `${os}/APKINDEX.tar.gz` },
    {
      ...bytes,
      kind: 'package-key',
      name: 'repository',
      platform: null,
      url: 'https://packages.example.com/os/signing.rsa.pub',
      sha256: parseSha256('5'.repeat(64), 'test'),
    },
    {
      ...bytes,
      kind: 'image-index',
      name: 'base',
      platform: null,
      url: `${image}/manifests/${digest}`,
      sha256: parseSha256('4'.repeat(64), 'test'),
    },
    {
      ...bytes,
      kind: 'image-config',
      name: 'base',
      platform: amd64,
      url: `${image}/blobs/sha256:${sha256('x')}`,
    },
    {
      ...bytes,
      kind: 'image-signature',
      name: 'base',
      platform: null,
      url: `${image}/blobs/sha256:${sha256('signature')}`,
    },
    {
      ...bytes,
      kind: 'source',
      name: 'core',
      platform: null,
      url: 'https://example.com/openssl-3.5.7/openssl-3.5.7.tar.gz',
      sha256: one,
    },
    {
      ...bytes,
      kind: 'source-signature',
      name: 'core',
      platform: null,
      url: 'https://example.com/openssl-3.5.7/openssl-3.5.7.tar.gz.asc',
    },
    { ...bytes, kind: 'source-keys', name: 'core', platform: null, url: 'https://example.com/pubkeys.asc' },
    {
      ...bytes,
      kind: 'source',
      name: 'provider',
      platform: null,
      url: 'https://example.com/openssl-3.1.2.tar.gz',
      sha256: two,
    },
    {
      ...bytes,
      kind: 'source-signature',
      name: 'provider',
      platform: null,
      url: 'https://example.com/openssl-3.1.2.tar.gz.asc',
    },
    {
      ...bytes,
      kind: 'source-keys',
      name: 'provider',
      platform: null,
      url: 'https://example.com/pubkeys.asc',
    },
  ];
}

/** The lock of {@link SAMPLE}. */
export function sampleLock(): Lock {
  return { schemaVersion: 1, pins: lockedInputs(samplePins()), files: sampleFiles() };
}
