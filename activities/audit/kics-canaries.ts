import type { KicsKind } from '../../adapters/kics/kinds.ts';

/** A known-bad file of one kind, and the query of KICS that must say so. */
export interface KicsCanary {
  readonly path: string;
  readonly text: string;
  readonly queryId: string;
  readonly mistake: string;
}

/** For every kind one: they are scanned with the tree, in the same run, and a kind whose canary is not found was not audited. */
export const KICS_CANARIES: Readonly<Record<KicsKind, KicsCanary>> = {
  Kubernetes: {
    path: 'pod.yaml',
    queryId: 'dd29336b-fe57-445b-a26e-e6aa867ae609',
    mistake: 'a privileged pod',
    text: `apiVersion: v1
kind: Pod
metadata:
  name: canary
  namespace: canary
spec:
  containers:
    - name: canary
      image: registry.invalid/canary
      securityContext:
        privileged: true
`,
  },
  Dockerfile: {
    path: 'Dockerfile',
    queryId: '67fd0c4a-68cf-46d7-8c41-bc9fba7e40ae',
    mistake: 'an image that runs as root',
    text: `FROM registry.invalid/canary
USER root
`,
  },
  DockerCompose: {
    path: 'docker-compose.yml',
    queryId: 'ae5b6871-7f45-42e0-bb4c-ab300c4d2026',
    mistake: 'a privileged service',
    text: `services:
  canary:
    image: registry.invalid/canary
    privileged: true
`,
  },
  CICD: {
    path: 'workflow.yml',
    queryId: '20f14e1a-a899-4e79-9f09-b6a84cd4649b',
    mistake: 'a workflow that runs what a stranger typed',
    text: `on:
  pull_request_target:
    types: [opened]
jobs:
  canary:
    runs-on: ubuntu-24.04
    steps:
      - run: echo "\${{ github.event.pull_request.title }}"
`,
  },
};
