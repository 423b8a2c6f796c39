import { expect, test } from 'vitest';
import { traceDestinationOf } from '../../../adapters/traces/destination.ts';

const EVERYTHING = 'OTEL_EXPORTER_OTLP_ENDPOINT';
const TRACES = 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT';

test.each([
  ['no address is named', {}],
  ['the address is empty', { [EVERYTHING]: '', [TRACES]: '' }],
  ['only the service has a name', { OTEL_SERVICE_NAME: 'mine' }],
  ['the standard’s switch is off', { [EVERYTHING]: 'https://otel.example', OTEL_SDK_DISABLED: 'true' }],
  ['there is to be no exporter', { [EVERYTHING]: 'https://otel.example', OTEL_TRACES_EXPORTER: 'none' }],
])('nothing is sent where %s', (_, environment) => {
  expect(traceDestinationOf(environment, 'foundry')).toBeUndefined();
});

test.each([
  ['https://otel.example', 'https://otel.example/v1/traces'],
  ['https://otel.example/in/', 'https://otel.example/in/v1/traces'],
  ['http://127.0.0.1:4318', 'http://127.0.0.1:4318/v1/traces'],
  ['http://[::1]:4318/', 'http://[::1]:4318/v1/traces'],
  ['http://localhost:4318', 'http://localhost:4318/v1/traces'],
])('traces go under %s', (base, url) => {
  expect(traceDestinationOf({ [EVERYTHING]: base }, 'foundry')).toEqual({ url, service: 'foundry' });
});

test('what is said of traces is taken whole, and what is said of everything is for others then', () => {
  const forOthers = { [EVERYTHING]: 'http://a.example:4317', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' };
  const environment = {
    ...forOthers,
    [TRACES]: 'https://b.example/spans',
    OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/protobuf',
    OTEL_SERVICE_NAME: 'mine',
  };
  expect(traceDestinationOf(environment, 'foundry')).toEqual({
    url: 'https://b.example/spans',
    service: 'mine',
  });
});

test.each<[Record<string, string>, string]>([
  [{ [EVERYTHING]: 'http://otel.example:4318' }, `${EVERYTHING}: http:// is allowed on this machine alone`],
  [{ [TRACES]: 'http://127.0.0.1.otel.example' }, `${TRACES}: http:// is allowed on this machine alone`],
  [{ [TRACES]: 'otel.example:4317' }, `${TRACES}: expected an address that begins with https://`],
  [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, 'OTEL_EXPORTER_OTLP_PROTOCOL: must be http/protobuf'],
  [{ OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json' }, 'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: must be http/p'],
  [{ OTEL_TRACES_EXPORTER: 'zipkin' }, 'OTEL_TRACES_EXPORTER: must be otlp or none'],
])('%o is refused by name', (environment, message) => {
  const given = { [EVERYTHING]: 'https://otel.example', ...environment };
  expect(() => traceDestinationOf(given, 'foundry')).toThrow(
    expect.objectContaining({ code: 'FND_BAD_INPUT', message: expect.stringContaining(message) }),
  );
});

test('a refusal does not repeat a password', () => {
  const read = () => traceDestinationOf({ [EVERYTHING]: 'https://me:s3cret@otel.example' }, 'foundry');
  expect(read).toThrow('must not hold credentials');
  expect(read).not.toThrow('s3cret');
});
