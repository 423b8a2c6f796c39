import { context, diag, DiagLogLevel, propagation } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { envDetectorSync, Resource } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { ClientInterceptors, WorkflowClientInterceptor } from '@temporalio/client';
import {
  OpenTelemetryActivityInboundInterceptor,
  OpenTelemetryActivityOutboundInterceptor,
  OpenTelemetryWorkflowClientInterceptor,
} from '@temporalio/interceptors-opentelemetry';
import type { WorkerInterceptors } from '@temporalio/worker';
import { messageOf } from '../../domain/errors.ts';
import type { Report } from '../../domain/report.ts';
import type { TraceDestination } from './destination.ts';
import { inTraceOfRun } from './trace-of-run.ts';
import { withoutSecrets } from './without-secrets.ts';

type Asking = Pick<Required<WorkflowClientInterceptor>, 'query' | 'describe'>;

/** Traces of this process, as long as they are not closed. */
export interface Traces {
  /** For a client: a span for each call, and its trace goes with workflows that are started. */
  readonly client: ClientInterceptors;
  /** For a worker: a span for each attempt of an activity, in the trace that its workflow was started in. */
  readonly worker: WorkerInterceptors;
  /** Sends what was not yet sent, and ends. Never throws: what could not be sent is reported. */
  close(): Promise<void>;
}

/** What a client asks for is traced; what it asks is not: who waits for a release asks every second. */
class Deeds extends OpenTelemetryWorkflowClientInterceptor {
  override query: Asking['query'] = async (input, next) => await next(input);
  override describe: Asking['describe'] = async (input, next) => await next(input);
}

/**
 * Begins to send spans to where the environment says, in batches and without anybody waiting for it; secrets are taken out of them. One at
 * a time in a process: the context of a trace is the process's. `report` is told what cannot be sent.
 */
export function openTraces({ url, service }: TraceDestination, report: Report): Traces {
  const complain = (message: string): void => report(`traces: ${message}`);
  const silent = (): void => undefined;
  const log = { error: complain, warn: complain, info: silent, debug: silent, verbose: silent };
  diag.setLogger(log, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  const provider = new BasicTracerProvider({
    resource: new Resource({ 'service.name': service }).merge(envDetectorSync.detect()),
    spanProcessors: [new BatchSpanProcessor(withoutSecrets(new OTLPTraceExporter({ url })))],
  });
  const tracer = provider.getTracer('foundry');
  const client: ClientInterceptors = { workflow: [new Deeds({ tracer })] };
  return {
    client,
    worker: {
      client,
      activity: [
        (activity) => ({ inbound: inTraceOfRun(activity) }),
        (activity) => ({
          inbound: new OpenTelemetryActivityInboundInterceptor(activity, { tracer }),
          outbound: new OpenTelemetryActivityOutboundInterceptor(activity),
        }),
      ],
    },
    async close() {
      try {
        await provider.shutdown();
      } catch (error) {
        complain(messageOf(error));
      }
      diag.disable();
      propagation.disable();
      context.disable();
    },
  };
}
