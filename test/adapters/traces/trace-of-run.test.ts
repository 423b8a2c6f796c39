import type { Context } from '@temporalio/activity';
import { defaultPayloadConverter, type Headers } from '@temporalio/common';
import { expect, test } from 'vitest';
import { inTraceOfRun } from '../../../adapters/traces/trace-of-run.ts';

const RUN = '0198a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b';

async function headersFor(given: Headers, runId: string | undefined): Promise<Headers> {
  const workflowExecution = runId === undefined ? undefined : { workflowId: 'w', runId };
  let seen: Headers = {};
  const { execute } = inTraceOfRun({ info: { workflowExecution } as Context['info'] });
  await execute?.({ args: [], headers: given }, async ({ headers }) => {
    seen = headers;
  });
  return seen;
}

test('an activity of a run that is in no trace is in one that has the id of the run', async () => {
  const { '_tracer-data': header } = await headersFor({}, RUN);
  expect(header && defaultPayloadConverter.fromPayload(header)).toEqual({
    traceparent: '00-0198a1b2c3d47e5f8a9b0c1d2e3f4a5b-8a9b0c1d2e3f4a5b-01',
  });
});

test('a trace that is there stays, and what is part of no run gets none', async () => {
  const given = { '_tracer-data': defaultPayloadConverter.toPayload({ traceparent: 'theirs' }) };
  expect(await headersFor(given, RUN)).toBe(given);
  expect(await headersFor({}, undefined)).toEqual({});
});
