import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';
import { redacted } from '../../domain/redacted.ts';

/** An exporter that sends what another sends, but what a log would not show: errors hold what programs and servers said. */
export function withoutSecrets(exporter: SpanExporter): SpanExporter {
  return {
    export: (spans, done) => exporter.export(spans.map(shown), done),
    shutdown: async () => await exporter.shutdown(),
  };
}

/** The same span, its times and ids from the original. */
function shown(span: ReadableSpan): ReadableSpan {
  const { attributes, status, events } = span;
  return Object.assign(Object.create(span) as ReadableSpan, redacted({ attributes, status, events }));
}
