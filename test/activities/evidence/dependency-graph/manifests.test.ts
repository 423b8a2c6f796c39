import { describe, expect, test } from 'vitest';
import { actionsManifest } from '../../../../activities/evidence/dependency-graph/actions-manifest.ts';
import { goManifest } from '../../../../activities/evidence/dependency-graph/go-manifest.ts';
import {
  imageManifest,
  sourceManifest,
} from '../../../../activities/evidence/dependency-graph/image-manifest.ts';
import { npmManifest } from '../../../../activities/evidence/dependency-graph/npm-manifest.ts';
import type { Manifest } from '../../../../activities/evidence/dependency-graph/snapshot.ts';
import { imageOf, samplePlan, sbomOf } from '../sbom/described-image.ts';

/** What a manifest says, a line a package. */
function lines({ dependencies }: Manifest): string[] {
  return dependencies.map(({ purl, relationship, scope, needs }) =>
    [purl, relationship, scope, ...needs.map((one) => `-> ${one}`)].join(' '),
  );
}

describe('npm', () => {
  const lock = {
    lockfileVersion: 3,
    packages: {
      '': { dependencies: { '@scope/a': '^1' }, devDependencies: { b: '^2', alias: 'npm:real@1' } },
      'node_modules/@scope/a': {
        version: '1.0.0',
        dependencies: { b: '^1' },
        optionalDependencies: { gone: '1' },
      },
      'node_modules/@scope/a/node_modules/b': { version: '1.5.0' },
      'node_modules/b': { version: '2.0.0', dev: true, dependencies: { c: '1' } },
      'node_modules/c': { version: '1.0.0', dev: true },
      'node_modules/b/node_modules/d': { version: '3.0.0+x', devOptional: true, dependencies: { c: '1' } },
      'node_modules/alias': { name: 'real', version: '1.0.0', dev: true },
      'node_modules/here': { link: true },
    },
  };

  test('is read as npm resolves: from the folder of who needs it upwards', () => {
    expect(lines(npmManifest('package-lock.json', JSON.stringify(lock)))).toEqual([
      'pkg:npm/%40scope/a@1.0.0 direct runtime -> pkg:npm/b@1.5.0',
      'pkg:npm/b@1.5.0 indirect runtime',
      'pkg:npm/b@2.0.0 direct development -> pkg:npm/c@1.0.0',
      'pkg:npm/c@1.0.0 indirect development',
      'pkg:npm/d@3.0.0+x indirect development -> pkg:npm/c@1.0.0',
      'pkg:npm/real@1.0.0 direct development',
    ]);
  });

  test('a package in two folders is one, for running if one of them is', () => {
    const packages = {
      '': { dependencies: { a: '1' } },
      'node_modules/a': { version: '1.0.0' },
      'node_modules/a/node_modules/x': { version: '1.0.0' },
      'node_modules/b': { version: '1.0.0', dev: true },
      'node_modules/b/node_modules/x': { version: '1.0.0', dev: true },
    };
    const found = lines(npmManifest('package-lock.json', JSON.stringify({ lockfileVersion: 3, packages })));
    expect(found).toContain('pkg:npm/x@1.0.0 indirect runtime');
    expect(found).toHaveLength(3);
  });

  test.each([['{'], ['{}'], ['{"lockfileVersion":1,"packages":{}}']])('refuses %s', (text) => {
    expect(() => npmManifest('package-lock.json', text)).toThrow(/package-lock\.json is no lock of npm/);
  });
});

describe('go.mod', () => {
  const file = `module foundry.example/tools/x // not a requirement

go 1.26.3

require github.com/Azure/tool v0.74.0
require (
	golang.org/x/net v0.55.0 // indirect
	example.com/old v1.0.0
	example.com/local v1.0.0
	gopkg v2.0.0+incompatible // indirect; as it was
)

replace (
	example.com/old v1.0.0 => example.com/new v1.1.0
	example.com/local => ../local
)
`;

  test('is read with what replaces what, for building', () => {
    expect(lines(goManifest('tools/x/go.mod', file))).toEqual([
      'pkg:golang/github.com/Azure/tool@v0.74.0 direct development',
      'pkg:golang/golang.org/x/net@v0.55.0 indirect development',
      'pkg:golang/example.com/new@v1.1.0 direct development',
      'pkg:golang/gopkg@v2.0.0+incompatible indirect development',
    ]);
  });

  test.each(['require x', 'require (\n x y\n)', 'replace a b => c'])('refuses %j', (text) => {
    expect(() => goManifest('tools/x/go.mod', text)).toThrow(/tools\/x\/go\.mod: cannot read/);
  });
});

describe('a workflow', () => {
  const sha = 'a'.repeat(40);
  const digest = `sha256:${'b'.repeat(64)}`;

  test('is read for actions, reusable workflows and images, each once', () => {
    const text = JSON.stringify({
      jobs: {
        one: {
          steps: [
            { uses: `actions/checkout@${sha}` },
            { uses: `actions/checkout@${sha}` },
            { uses: './own' },
            { run: 'x' },
            { uses: `docker://ghcr.io/me/image@${digest}` },
            { uses: 'docker://alpine:3.20' },
          ],
        },
        two: { uses: `owner/repo/.github/workflows/build.yml@v2` },
      },
    });
    expect(lines(actionsManifest('.github/workflows/ci.yml', text))).toEqual([
      `pkg:githubactions/actions/checkout@${sha} direct development`,
      `pkg:docker/ghcr.io/me/image@${digest} direct development`,
      'pkg:docker/alpine@3.20 direct development',
      'pkg:githubactions/owner/repo@v2#.github/workflows/build.yml direct development',
    ]);
  });

  test.each([
    ['on: push', /is no workflow/],
    ['jobs: [', /is no workflow/],
    ['jobs: { a: { steps: [{ uses: actions/checkout }] } }', /names no version/],
    ['jobs: { a: { steps: [{ uses: "docker://alpine" }] } }', /names no version/],
  ])('refuses %s', (text, reason) => {
    expect(() => actionsManifest('ci.yml', text)).toThrow(reason);
  });
});

test('an image has what its SBOM says, and the sources are told by their archives', async () => {
  const image = imageManifest('standard', 'linux/amd64', await sbomOf(await imageOf()));

  expect(image).toMatchObject({ name: 'standard (linux/amd64)', path: 'versions.lock.json' });
  expect(lines(image)).toContain(
    'pkg:apk/wolfi/bash@5.3-r2?arch=x86_64&distro=20230201 direct runtime -> pkg:apk/wolfi/libstdc%2B%2B@15.2.0-r1?arch=x86_64&distro=20230201',
  );
  expect(lines(sourceManifest(samplePlan()))[1]).toMatch(/^pkg:generic\/openssl@3\.1\.2\?checksum=sha256/);
});
