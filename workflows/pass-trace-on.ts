import {
  ParentClosePolicy,
  type WorkflowExecuteInput,
  type WorkflowInterceptors,
  type WorkflowOutboundCallsInterceptor,
} from '@temporalio/workflow';

/** The header in which the interceptors of `@temporalio/interceptors-opentelemetry` carry the context of a trace. */
const TRACE_HEADER = '_tracer-data';

/**
 * Passes the trace that a workflow was started in on to its activities, and to the workflows that are parts of it. It makes no span, draws no
 * random number and waits for nothing, as the workflow interceptors of that package do; so commands stay what they are, with one header
 * more where the workflow was given one. What goes on without its parent is no part of its trace.
 */
export function interceptors(): WorkflowInterceptors {
  let trace: WorkflowExecuteInput['headers'] = {};
  const outbound: WorkflowOutboundCallsInterceptor = {
    scheduleActivity: (input, next) => next({ ...input, headers: { ...input.headers, ...trace } }),
    startChildWorkflowExecution: (input, next) =>
      input.options.parentClosePolicy === ParentClosePolicy.ABANDON
        ? next(input)
        : next({ ...input, headers: { ...input.headers, ...trace } }),
  };
  return {
    inbound: [
      {
        execute(input, next) {
          const given = input.headers[TRACE_HEADER];
          if (given !== undefined) trace = { [TRACE_HEADER]: given };
          return next(input);
        },
      },
    ],
    outbound: [outbound],
  };
}
