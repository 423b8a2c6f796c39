const MELANGE = `package:
  name: canary
  version: "1"
  epoch: 0
  description: A blueprint that breaks every rule over blueprints
  url: https://registry.invalid
  copyright:
    - license: Apache-2.0
  dependencies:
    runtime:
      - openssl

environment:
  contents:
    repositories:
      - https://registry.invalid/os
    keyring:
      - https://registry.invalid/key.rsa.pub
    packages:
      - gcc

pipeline:
  - uses: fetch
    with:
      uri: https://registry.invalid/latest.tar.gz
  - uses: git-checkout
    with:
      repository: https://registry.invalid/canary
  - runs: |
      curl --output canary https://registry.invalid/canary || true
`;

const APKO = `accounts:
  run-as: root
  users: []
  groups: []
`;

const WORKFLOW = `on: push
jobs:
  canary:
    runs-on: ubuntu-24.04
    container: registry.invalid/canary:latest
    steps:
      - uses: canary/canary@v1
`;

const COMPOSE = `# kics-scan ignore
include: [other.yml]
services:
  canary:
    image: registry.invalid/canary
`;

/**
 * Files that break every rule of the policy at least once. `images/broken.apko.yaml` alone breaks the rule about forms, so the other
 * rules still see the rest.
 */
export const POLICY_CANARY: ReadonlyMap<string, string> = new Map([
  ['images/canary.melange.yaml', MELANGE],
  ['images/canary.apko.yaml', APKO],
  ['images/broken.apko.yaml', 'paths: [\n'],
  ['images/canary.sh', ''],
  ['.github/workflows/canary.yml', WORKFLOW],
  ['docker-compose.yml', COMPOSE],
]);
