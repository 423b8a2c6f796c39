import { describe, expect, it } from 'vitest';
import { renderIngest } from '../../../client/ingest/render-ingest.ts';
import type { IngestOutcome } from '../../../client/ingest/run-ingest.ts';
import { SAMPLE_PLAN } from '../../domain/ingest/sample-plan.ts';

const NOW = new Date('2026-06-10T06:00:00Z');
const DRY_RUN: IngestOutcome = {
  isChanged: true,
  isDryRun: true,
  commit: SAMPLE_PLAN.commit,
  pullRequest: null,
  plan: SAMPLE_PLAN,
};

describe('what foundry ingest prints', () => {
  it('is a plan that a person can read', async () => {
    await expect(renderIngest(DRY_RUN, NOW)).toMatchFileSnapshot('../../golden/ingest/dry-run.txt');
  });

  it('ends with what was done', () => {
    const done = { ...DRY_RUN, isDryRun: false };
    const proposed = { ...done, pullRequest: 'https://example.com/pull/4' };

    expect(renderIngest(done, NOW).split('\n').at(-1)).toBe(
      `committed as ${SAMPLE_PLAN.commit} (2 things verified)`,
    );
    expect(renderIngest(proposed, NOW)).toContain(' in https://example.com/pull/4 ');
  });

  it('is one line where there is nothing to say', () => {
    const plan = { ...SAMPLE_PLAN, bumps: [], waiting: [], alarms: [], rebuilds: [] };

    expect(renderIngest({ ...DRY_RUN, isChanged: false, plan }, NOW)).toBe(
      `no pin changes: those of ${SAMPLE_PLAN.commit} stay (2 things verified)`,
    );
  });
});
