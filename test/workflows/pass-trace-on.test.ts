import { defaultPayloadConverter, type Headers } from '@temporalio/common';
import { ParentClosePolicy, type WorkflowExecuteInput } from '@temporalio/workflow';
import { expect, test } from 'vitest';
import { interceptors } from '../../workflows/pass-trace-on.ts';

const TRACE = { '_tracer-data': defaultPayloadConverter.toPayload({ traceparent: '00-1-2-01' }) };
const OTHER = { other: defaultPayloadConverter.toPayload('x') };

/** The headers that an activity, a part and something that goes on by itself have in a workflow that was started with these. */
async function passedOn(given: Headers): Promise<{ activity: Headers; part: Headers; goesOn: Headers }> {
  const { inbound, outbound } = interceptors();
  let activity: Headers = {};
  const children: Headers[] = [];
  const input = { args: [], headers: given } satisfies WorkflowExecuteInput;
  const result = inbound?.[0]?.execute?.(input, async (same) => {
    expect(same).toBe(input);
    await outbound?.[0]?.scheduleActivity?.(
      { activityType: 'a', args: [], options: {}, headers: { ...OTHER }, seq: 1 },
      async ({ headers }) => void (activity = headers),
    );
    for (const parentClosePolicy of [ParentClosePolicy.REQUEST_CANCEL, ParentClosePolicy.ABANDON]) {
      const start = outbound?.[0]?.startChildWorkflowExecution;
      const started = await start?.(
        { workflowType: 'c', options: { parentClosePolicy } as never, headers: {}, seq: 2 },
        async ({ headers }) => [Promise.resolve(String(children.push(headers))), Promise.resolve()],
      );
      await Promise.all(started ?? []);
    }
    return 'result';
  });
  await expect(result).resolves.toBe('result');
  const [part = {}, goesOn = {}] = children;
  return { activity, part, goesOn };
}

test('the trace of a workflow is that of its activities and of its parts, not of what goes on without it', async () => {
  expect(await passedOn({ ...TRACE, ...OTHER })).toEqual({
    activity: { ...OTHER, ...TRACE },
    part: TRACE,
    goesOn: {},
  });
});

test('a workflow without a trace has commands as ever', async () => {
  expect(await passedOn(OTHER)).toEqual({ activity: OTHER, part: {}, goesOn: {} });
});

test('a trace stays within its workflow', async () => {
  await passedOn(TRACE);
  expect(await passedOn({})).toMatchObject({ activity: OTHER, part: {} });
});
