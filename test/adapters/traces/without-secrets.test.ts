import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { expect, test } from 'vitest';
import { withoutSecrets } from '../../../adapters/traces/without-secrets.ts';

test('what a log would not show is in no span either; the rest of it stays as it is', () => {
  const sent = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({
    spanProcessors: [new SimpleSpanProcessor(withoutSecrets(sent))],
  });
  const span = provider.getTracer('test').startSpan('RunActivity:attestBuild');
  const { spanId } = span.spanContext();
  span.setAttributes({ run_id: 'r', 'http.authorization': 'abc' });
  span.recordException(new Error('401 for Bearer abc.def-123456'));
  span.setStatus({ code: 2, message: '401 for Bearer abc.def-123456' });
  span.end();
  const [shown] = sent.getFinishedSpans();
  expect(JSON.stringify([shown?.attributes, shown?.events, shown?.status])).not.toMatch(/abc/);
  expect(shown?.status).toEqual({ code: 2, message: '401 for Bearer [hidden]' });
  expect(shown?.attributes['run_id']).toBe('r');
  expect(shown?.name).toBe('RunActivity:attestBuild');
  expect(shown?.spanContext().spanId).toBe(spanId);
  expect(shown?.ended).toBe(true);
});
