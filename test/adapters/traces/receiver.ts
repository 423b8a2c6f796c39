import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import protobuf from 'protobufjs';
import { z } from 'zod';

/** What of OTLP the tests look at (opentelemetry/proto/collector/trace/v1). */
const OTLP = `syntax = "proto3";
message Request { repeated ResourceSpans resource_spans = 1; }
message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; }
message Resource { repeated KeyValue attributes = 1; }
message ScopeSpans { repeated Span spans = 2; }
message Span { bytes trace_id = 1; bytes span_id = 2; bytes parent_span_id = 4; string name = 5; repeated KeyValue attributes = 9; }
message KeyValue { string key = 1; AnyValue value = 2; }
message AnyValue { string string_value = 1; }`;
const Request = protobuf.parse(OTLP).root.lookupType('Request');

const Bytes = z.instanceof(Uint8Array).transform((bytes) => Buffer.from(bytes).toString('hex'));
const Attributes = z
  .array(z.object({ key: z.string(), value: z.object({ stringValue: z.string() }) }))
  .transform((pairs) => Object.fromEntries(pairs.map(({ key, value }) => [key, value.stringValue])));
const Spans = z.array(
  z.object({ traceId: Bytes, spanId: Bytes, parentSpanId: Bytes, name: z.string(), attributes: Attributes }),
);
const Received = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: Attributes }),
      scopeSpans: z.array(z.object({ spans: Spans })),
    }),
  ),
});

/** A span as it arrived; ids in hex, the parent's empty where there is none. */
export type ReceivedSpan = z.output<typeof Spans>[number] & { readonly service: string | undefined };

/** A receiver of traces on loopback. */
export interface Receiver {
  readonly address: string;
  readonly spans: ReceivedSpan[];
  /** Method, path and authorization of every request, each once. */
  readonly requests: Set<string>;
  close(): void;
}

/** Starts a receiver of OTLP over HTTP, in protobuf. */
export async function startReceiver(): Promise<Receiver> {
  const spans: ReceivedSpan[] = [];
  const requests = new Set<string>();
  const server = createServer((request, response) => {
    requests.add(`${request.method} ${request.url} ${request.headers.authorization}`);
    const answer = (bytes: Uint8Array): void => {
      spans.push(...spansIn(bytes));
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
    };
    buffer(request).then(answer, (error: Error) => response.destroy(error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}`,
    spans,
    requests,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function spansIn(bytes: Uint8Array): ReceivedSpan[] {
  const received = Received.parse(Request.toObject(Request.decode(bytes), { defaults: true }));
  return received.resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({ ...span, service: resource.attributes['service.name'] })),
    ),
  );
}
