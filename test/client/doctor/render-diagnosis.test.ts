import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { renderDiagnosis } from '../../../client/doctor/render-diagnosis.ts';

const DIAGNOSIS = {
  verdict: 'fail',
  checks: [
    { id: 'node', title: 'Node', verdict: 'pass', detail: '24.21.0, the pinned one' },
    { id: 'memory', title: 'memory', verdict: 'warn', detail: '3.0 GiB', fix: 'more memory' },
    {
      id: 'bubblewrap',
      title: 'bwrap',
      verdict: 'fail',
      detail: 'not there',
      fix: 'apt-get install --yes bubblewrap',
    },
    { id: 'sandbox', title: 'sandbox', verdict: 'skip', detail: 'bubblewrap is not there' },
  ],
} as const;

describe('the diagnosis as text', () => {
  it('aligns symbol, word, title and detail, with the fix below', () => {
    expect(renderDiagnosis(DIAGNOSIS, false)).toBe(
      [
        '✓ pass  Node     24.21.0, the pinned one',
        '! warn  memory   3.0 GiB',
        '                 fix: more memory',
        '✗ fail  bwrap    not there',
        '                 fix: apt-get install --yes bubblewrap',
        '– skip  sandbox  bubblewrap is not there',
        '',
        '1 pass, 1 warn, 1 fail, 1 skip',
      ].join('\n'),
    );
  });

  it('adds colour only when told, and only around the mark', () => {
    const painted = renderDiagnosis(DIAGNOSIS, true);

    expect(painted).toContain('\u001b[31m✗ fail\u001b[39m  bwrap');
    expect(stripVTControlCharacters(painted)).toBe(renderDiagnosis(DIAGNOSIS, false));
  });
});
