import { readFileSync } from 'node:fs';
import { assert, jsonValue, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseComplianceReport, parseReport } from '../../../adapters/trivy/report.ts';
import { FoundryError } from '../../../domain/errors.ts';

const golden = (name: string): string =>
  readFileSync(new URL(`../../golden/trivy/${name}.json`, import.meta.url), 'utf8');

describe('reading what a real run of Trivy wrote of an image with known mistakes', () => {
  const report = parseReport(golden('image'), 'trivy');

  test('tells version, distribution and packages with the origin that advisories speak of', () => {
    expect(report).toMatchObject({ version: '0.74.0', artifactType: 'container_image', family: 'wolfi' });
    expect(report.results[0]).toMatchObject({
      class: 'os-pkgs',
      packages: [{ name: 'openssl', version: '3.5.5-r0', origin: 'openssl' }],
    });
  });

  test('tells vulnerabilities, of unknown severity too, what is misconfigured, and secrets', () => {
    const found = report.results.flatMap(({ vulnerabilities }) => vulnerabilities);
    expect(found).toContainEqual({
      id: 'CVE-2026-31790',
      package: 'openssl',
      version: '3.5.5-r0',
      fixedVersion: '3.5.6-r0',
      severity: 'medium',
    });
    expect(report.results.flatMap(({ misconfigurations }) => misconfigurations)).toMatchObject([
      { id: 'DS-0002', status: 'FAIL', severity: 'high' },
      { id: 'DS-0005', status: 'FAIL' },
      { id: 'DS-0017', status: 'FAIL' },
      { id: 'DS-0026', status: 'FAIL', message: 'Add HEALTHCHECK instruction in your Dockerfile' },
    ]);
    expect(report.results.flatMap(({ secrets }) => secrets)).toEqual([
      { rule: 'github-pat', title: 'GitHub Personal Access Token', severity: 'critical' },
    ]);
  });

  test('tells which control of a benchmark each is against', () => {
    const { id, controls } = parseComplianceReport(golden('compliance'), 'trivy');
    expect(id).toBe('docker-cis-1.6.0');
    expect(controls).toHaveLength(12);
    expect(controls.filter(({ results }) => results.length > 0).map((control) => control.id)).toEqual([
      '4.1',
      '4.6',
      '4.7',
      '4.9',
      '4.10',
    ]);
  });
});

describe('what is no report', () => {
  test.each([
    ['nothing', '', 'it is empty'],
    ['a page', '<html>\n<body>', 'it begins:\n<html>\n<body>'],
    [
      'a report of another schema',
      golden('image').replace('"SchemaVersion": 2', '"SchemaVersion": 3'),
      'Trivy 0.74.0',
    ],
    ['a severity that nobody knows', golden('image').replace('"MEDIUM"', '"BAD"'), 'Trivy 0.74.0'],
    ['a status that nobody knows', golden('image').replace('"FAIL"', '"MAYBE"'), 'Trivy 0.74.0'],
  ])('%s is refused with the tool and its first lines', (_name, text, message) => {
    expect(() => parseReport(text, 'binary 1234')).toThrow(
      expect.objectContaining({ code: 'FND_TOOL_OUTPUT', message: expect.stringContaining(message) }),
    );
    expect(() => parseReport(text, 'binary 1234')).toThrow('binary 1234');
  });

  test('never ends in another error, whatever the JSON is', () => {
    const isOurs = (value: unknown): boolean => {
      try {
        parseReport(JSON.stringify(value), 'trivy');
        return true;
      } catch (error) {
        return error instanceof FoundryError;
      }
    };
    assert(property(jsonValue(), isOurs));
  });
});
