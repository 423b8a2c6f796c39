# Every input of a release that a person decides. docs/versions.md explains each attribute.
#
# `./foundry ingest` writes the pins (digests and exact versions) into this file and every byte that follows from them
# into versions.lock.json; it changes those values alone and keeps all else, comments too. A pin that is not here is open:
# a release refuses to start, names it, and says how to write it.
#
# This file is for the real Wolfi. It carries what its upstreams have published for everyone to see, and leaves open what only
# they can answer on the day of the first ingest: the digest of the base image, the key of the repository, the packages.

schema = 1

# OpenSSL without its FIPS provider: libcrypto, libssl and the command. The newest patch of the 3.5 line, which is an LTS.
core {
  line     = "3.5"
  version  = "3.5.8"
  released = "2026-08-25"
  revision = 0
  url      = "https://github.com/openssl/openssl/releases/download/openssl-{version}/openssl-{version}.tar.gz"
  sha256   = "a8f84a39918ec6415ce765d9b429d313ba97b8143169c172e734b9514464f5b2"

  # OpenSSL's current key. The one before it, BA5473A2B0587B07FB27CF2D216094DFD0CB81EF, signed 3.5.7 and earlier and expired
  # on 2026-04-08; it is left out on purpose, so that going back to 3.5.7 is a decision made here.
  signers = ["B146647E45A7B33947AB226B2A2C87D161692D40"]
  keys    = "https://openssl-library.org/source/pubkeys.asc"
}

# The FIPS provider, built from its own source in a build of its own: the source of the module with CMVP certificate 4985.
provider {
  certificate = 4985
  version     = "3.1.2"
  released    = "2023-08-01"
  revision    = 0
  url         = "https://github.com/openssl/openssl/releases/download/openssl-{version}/openssl-{version}.tar.gz"
  sha256      = "a0ce69b8b97ea6a35b96875235aa453b966ba3cba8af2de23657d8b6767d6539"

  # The OpenSSL Management Committee's key at the time of 3.1.2.
  signers = ["EFC0A467D613CB83C7ED6D30D894E2CE8B3D79F5"]
  keys    = "https://openssl-library.org/source/pubkeys.asc"
}

# The allow-list of FIPS modules. A module that is not here is never built, however new; a certificate that ends is an alarm.
certificate "4985" {
  version = "3.1.2"
  # SHA-256 over the checksums of the module's 614 sources: the value of providers/fips.checksum in the 3.1.2 archive.
  fingerprint = "89f749c416427df81cbc7fed9e9bfebb65bb201ae4a383b647cc5d774ced0129"
  sunset      = "2030-03-10"
}

# Standard and development hold what this image holds. The tag is where ingest looks for news; only the digest is ever used.
base {
  image  = "cgr.dev/chainguard/wolfi-base:latest"

  signer {
    identity = "https://github.com/chainguard-images/images/.github/workflows/release.yaml@refs/heads/main"
    issuer   = "https://token.actions.githubusercontent.com"
  }
}

repository {
  url  = "https://packages.wolfi.dev/os"
  feed = "https://packages.wolfi.dev/os/security.json"

  key {
    url    = "https://packages.wolfi.dev/os/wolfi-signing.rsa.pub"
  }
}

variants = ["standard", "distroless", "development"]

# Built and self-tested on a machine of its own kind; nothing is emulated. One: no index joins two platforms yet (docs/publishing.md).
platforms = ["linux/amd64"]

# On top of what the base image holds.
packages "standard" {
  roots    = ["bash"]
}

# No shell, no package manager.
packages "distroless" {
  roots    = ["glibc", "wolfi-baselayout"]
}

# On top of what the base image holds.
packages "development" {
  roots    = ["bash", "gcc", "glibc-dev", "make"]
}

# What OpenSSL is built with. It is in no image.
packages "build" {
  roots    = [
    "bash",
    "binutils",
    "busybox",
    "gcc",
    "glibc-dev",
    "linux-headers",
    "make",
    "perl",
    "wolfi-baselayout",
  ]
}

policy {
  # Stage 0 stops a release at findings of this severity and above.
  audit {
    severity = "medium"
  }

  # Known vulnerabilities of this severity and above stop a release: zero means zero.
  vulnerabilities {
    severity = "low"
    age      = "24h"
  }

  # How long a stage that failed for good waits for a person before the release aborts.
  operator {
    wait = "12h"
  }

  ingest {
    mode     = "pull-request"
    cooldown = "3d"
    growth   = 10

    # Each change of the environment that OpenSSL is built in compiles it anew, the module too. It is in no image: it keeps its
    # pins until somebody removes them here.
    build = "keep"
  }
}

# What a person states about a known vulnerability, until a day: the only way for one to pass (`./foundry vex add` writes it):
#
#   vex "CVE-2026-00000" {
#     variants      = ["development"]
#     status        = "not_affected"
#     justification = "vulnerable_code_not_in_execute_path"
#     owner         = "name@example.com"
#     reason        = "why it does no harm here"
#     expires       = "2026-12-31"
#   }
#
# A finding that may pass, in one other gate (audit, cis-docker, nsa-cisa, pss-restricted), until a day:
#
#   waiver "cis-docker" "CIS-4.6" {
#     variants = ["development"]
#     owner    = "name@example.com"
#     reason   = "why it does no harm here"
#     expires  = "2026-12-31"
#   }
#
# A package that ingest leaves at its version until a day:
#
#   hold "glibc" {
#     owner   = "name@example.com"
#     reason  = "what is waited for"
#     expires = "2026-12-31"
#   }
