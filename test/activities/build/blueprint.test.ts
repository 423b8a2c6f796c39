import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { BlueprintValues, fillBlueprint } from '../../../activities/build/blueprint.ts';
import { SAMPLE_VALUES } from './sample-values.ts';

const fill = (template: string): unknown => parse(fillBlueprint(template, SAMPLE_VALUES, 'x.yaml'));

describe('filling a blueprint', () => {
  test('puts a value in place of a placeholder, with its type', () => {
    expect(fill('version: "{{core.version}}"\nepoch: "{{core.revision}}"\n')).toEqual({
      version: '3.5.6',
      epoch: 2,
    });
  });

  test('splices a list into the list it is an item of', () => {
    expect(fill('packages:\n  - first\n  - "{{build.packages}}"\n  - last\n')).toEqual({
      packages: ['first', 'bash=5.2.37-r0', 'gcc=14.2.0-r0', 'last'],
    });
  });

  test("leaves melange's own variables alone", () => {
    expect(fill('x: libssl3=${{package.full-version}}\n')).toEqual({
      x: 'libssl3=${{package.full-version}}',
    });
  });

  test('gives the same bytes for the same values', () => {
    const template = '# why\nversion: "{{core.version}}"\n';
    expect(fillBlueprint(template, SAMPLE_VALUES, 'x')).toBe(fillBlueprint(template, SAMPLE_VALUES, 'x'));
  });

  test.each([
    ['a value that nobody knows', 'x: "{{core.flavour}}"', 'core.flavour'],
    ['a group of values', 'x: "{{core}}"', 'there is no value called core'],
    ['something inherited', 'x: "{{core.constructor.name}}"', 'constructor'],
    ['a list where no list is', 'x: "{{build.packages}}"', 'is a list'],
    ['a placeholder inside other text', 'x: "openssl-{{core.version}}"', 'a whole value'],
    ['a placeholder inside a script', 'runs: |\n  echo {{core.version}}\n', 'a whole value'],
    ['text that is not YAML', 'x: [', 'x.yaml'],
  ])('refuses %s', (_, template, reason) => {
    expect(() => fillBlueprint(template, SAMPLE_VALUES, 'x.yaml')).toThrow(
      expect.objectContaining({ code: 'FND_BAD_INPUT', message: expect.stringContaining(reason) }),
    );
  });

  test('a value cannot change the form of the document', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const values = { ...SAMPLE_VALUES, core: { ...SAMPLE_VALUES.core, version: text } };
        const filled: unknown = parse(fillBlueprint('a: "{{core.version}}"\nb: 1\n', values, 'x'));
        expect(filled).toEqual({ a: text, b: 1 });
      }),
    );
  });
});

describe('values for blueprints', () => {
  test('are accepted when exact', () => {
    expect(BlueprintValues.parse(SAMPLE_VALUES)).toEqual(SAMPLE_VALUES);
  });

  test.each([
    ['a version range', { build: { packages: ['bash>=5'] } }],
    ['a package without a version', { build: { packages: ['bash'] } }],
    ['an archive with a path', { core: { ...SAMPLE_VALUES.core, archive: '../x.tar.gz' } }],
    ['a version with a shell in it', { core: { ...SAMPLE_VALUES.core, version: '3.5.6; true' } }],
    ['something unknown', { more: 1 }],
  ])('are refused for %s', (_, change) => {
    expect(BlueprintValues.safeParse({ ...SAMPLE_VALUES, ...change }).success).toBe(false);
  });
});
