import { readFileSync } from 'node:fs';
import { type Arbitrary, assert, jsonValue, nat, property, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseKicsReport } from '../../../adapters/kics/parse-report.ts';
import { FoundryError } from '../../../domain/errors.ts';

const golden = (name: string): string =>
  readFileSync(new URL(`../../golden/kics/${name}.json`, import.meta.url), 'utf8');
const REPORT = golden('report');
const PAYLOAD = golden('payload');
const PREFIX = '/audit/scan';

const changed = (change: (report: Record<string, unknown>) => void): string => {
  const report = JSON.parse(REPORT) as Record<string, unknown>;
  change(report);
  return JSON.stringify(report);
};

describe('reading what a real run of KICS wrote', () => {
  const report = parseKicsReport(REPORT, PAYLOAD, PREFIX);

  it('names every finding with query, severity, file and line', () => {
    expect(report.findings).toEqual([
      expect.objectContaining({
        queryId: '20f14e1a-a899-4e79-9f09-b6a84cd4649b',
        name: 'Run Block Injection',
        severity: 'high',
        platform: 'CICD',
        file: 'tree/bad.yml',
        line: 8,
      }),
      expect.objectContaining({ name: 'Unpinned Actions Full Length Commit SHA', severity: 'low', line: 9 }),
    ]);
  });

  it('names the files that queries saw, and not the one that could not be parsed', () => {
    expect(report).toMatchObject({
      version: 'v2.2.0',
      files: ['tree/bad.yml', 'tree/good.yml'],
      filesFailed: 0,
    });
  });

  it('counts the queries', () => {
    expect(report.queries).toEqual({ loaded: 4, failed: 0 });
  });
});

describe('refusing what KICS does not write', () => {
  it.each([
    ['a report that is no JSON', '{', PAYLOAD],
    ['an empty report', '', PAYLOAD],
    ['a report without its counters', '{"queries": []}', PAYLOAD],
    ['a severity that nobody knows', REPORT.replaceAll('"severity": "HIGH"', '"severity": "X"'), PAYLOAD],
    ['a payload that is no JSON', REPORT, '['],
    ['a payload that lacks a file', REPORT, '{"document": []}'],
    ['a finding that is counted and not listed', changed((report) => (report['queries'] = [])), PAYLOAD],
    ['a file outside of what was scanned', REPORT.replaceAll('scan/tree/bad.yml', 'etc/passwd'), PAYLOAD],
    ['a payload of another folder', REPORT, PAYLOAD.replaceAll('/audit/scan', '/other')],
  ])('%s', (_, report, payload) => {
    expect(() => parseKicsReport(report, payload, PREFIX)).toThrow(
      expect.objectContaining({ code: 'FND_TOOL_OUTPUT' }),
    );
  });

  it('whatever stands at whatever place of either: it throws nothing else', () => {
    const broken = (text: string): Arbitrary<string> =>
      tuple(nat(1000), jsonValue()).map(([place, value]) => {
        let seen = 0;
        return JSON.stringify(JSON.parse(text, (_, old: unknown) => (seen++ === place % 90 ? value : old)));
      });

    assert(
      property(broken(REPORT), broken(PAYLOAD), (report, payload) => {
        expect(errorOf(() => parseKicsReport(report, payload, PREFIX)) ?? 'FND_TOOL_OUTPUT').toBe(
          'FND_TOOL_OUTPUT',
        );
      }),
    );
  });
});

function errorOf(read: () => unknown): unknown {
  try {
    read();
    return undefined;
  } catch (error) {
    return error instanceof FoundryError ? error.code : error;
  }
}
