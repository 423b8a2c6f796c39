import { expect, test } from 'vitest';
import { isInfrastructure } from '../../../activities/plan/plan-files.ts';

test.each([
  'images/core.melange.yaml',
  'images/notes.txt',
  'deploy/kubernetes/standard.yaml',
  'deploy/worker/run.sh',
  '.github/workflows/release.yml',
  'docker-compose.yml',
  'compose.prod.yaml',
  'tools/demo/compose.yaml',
  'a/b/docker-compose.dev.yml',
  'Dockerfile',
  'worker/Dockerfile.arm64',
  'worker/build.Dockerfile',
])('%s is audited', (path) => {
  expect(isInfrastructure(path)).toBe(true);
});

test.each([
  'README.md',
  'versions.hcl',
  'docs/images/logo.svg',
  'src/compose.ts',
  'lab/deploy/values.yaml',
  '.github/dependabot.yml',
])('%s has no say in what is built or run', (path) => {
  expect(isInfrastructure(path)).toBe(false);
});
