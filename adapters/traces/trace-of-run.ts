import type { Context } from '@temporalio/activity';
import { defaultPayloadConverter } from '@temporalio/common';
import { TRACE_HEADER } from '@temporalio/interceptors-opentelemetry/lib/instrumentation.js';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';

/**
 * Puts the activities of a workflow that nobody started in a trace (a schedule did, or a merge) into one, whose id is the id of their run.
 */
export function inTraceOfRun({ info }: Pick<Context, 'info'>): ActivityInboundCallsInterceptor {
  return {
    async execute(input, next) {
      const { workflowExecution } = info;
      if (input.headers[TRACE_HEADER] !== undefined || workflowExecution === undefined)
        return await next(input);
      const traceparent = traceParentOf(workflowExecution.runId);
      const headers = {
        ...input.headers,
        [TRACE_HEADER]: defaultPayloadConverter.toPayload({ traceparent }),
      };
      return await next({ ...input, headers });
    },
  };
}

/** The run as the parent of spans, in the form of W3C Trace Context; it has no span itself. */
function traceParentOf(runId: string): string {
  const id = runId.replaceAll('-', '');
  return `00-${id}-${id.slice(16)}-01`;
}
