import { OpenTelemetryWorkflowClientInterceptor } from '@temporalio/interceptors-opentelemetry';
import { afterAll, expect, test, vi } from 'vitest';
import { openTraces } from '../../../adapters/traces/open-traces.ts';
import { startReceiver } from './receiver.ts';

const SECRET = 's3cret-of-the-collector';

afterAll(() => vi.unstubAllEnvs());

test('a receiver that is gone is told of without the headers, and holds up nothing', async () => {
  vi.stubEnv('OTEL_EXPORTER_OTLP_HEADERS', `authorization=${SECRET}`);
  const gone = await startReceiver();
  gone.close();
  const told: string[] = [];
  const url = `${gone.address}/v1/traces`;
  const traces = openTraces({ url, service: 'test' }, (message) => told.push(message));
  const [interceptor] = [traces.client.workflow].flat();
  if (!(interceptor instanceof OpenTelemetryWorkflowClientInterceptor)) throw new Error('nothing is traced');
  const input = { workflowExecution: { workflowId: 'w' } };
  await expect(interceptor.cancel(input, async () => ({}))).resolves.toEqual({});
  await expect(traces.close()).resolves.toBeUndefined();
  expect(told.join('\n')).toMatch(/^traces: .*ECONNREFUSED/);
  expect(told.join('\n')).not.toContain(SECRET);
  expect(gone.requests.size).toBe(0);
});
