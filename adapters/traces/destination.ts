import { z } from 'zod';
import { FoundryError } from '../../domain/errors.ts';
import { Address } from '../../domain/pins/values.ts';

/** Where spans go, and of which service they are. Headers, time limits and sampling the exporter itself reads from the standard's variables. */
export interface TraceDestination {
  /** The whole address that spans are sent to. */
  readonly url: string;
  readonly service: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const EVERYTHING = 'OTEL_EXPORTER_OTLP_ENDPOINT';
const TRACES = 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT';

/** What the exporter needs of the process that it runs in: for who starts other processes of ours. */
export const TRACE_VARIABLES = [
  EVERYTHING,
  TRACES,
  'OTEL_EXPORTER_OTLP_PROTOCOL',
  'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL',
  'OTEL_EXPORTER_OTLP_HEADERS',
  'OTEL_EXPORTER_OTLP_TRACES_HEADERS',
  'OTEL_EXPORTER_OTLP_TIMEOUT',
  'OTEL_EXPORTER_OTLP_TRACES_TIMEOUT',
  'OTEL_RESOURCE_ATTRIBUTES',
  'OTEL_SDK_DISABLED',
  'OTEL_SERVICE_NAME',
  'OTEL_TRACES_EXPORTER',
  'OTEL_TRACES_SAMPLER',
  'OTEL_TRACES_SAMPLER_ARG',
] as const;

const Protocol = z.literal('http/protobuf', { error: 'must be http/protobuf, the one that is spoken here' });

const Variables = z.object({
  /** What a span tells is not for everybody who listens on the way: without TLS it does not leave this machine. */
  [EVERYTHING]: Address.optional(),
  [TRACES]: Address.optional(),
  OTEL_EXPORTER_OTLP_PROTOCOL: Protocol.optional(),
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: Protocol.optional(),
  OTEL_TRACES_EXPORTER: z.literal(['otlp', 'none'], { error: 'must be otlp or none' }).optional(),
  OTEL_SERVICE_NAME: z.string().optional(),
});

/**
 * Where the environment says that traces go, in the words of OpenTelemetry; undefined where it names no address, or says that there are to be
 * none: nothing is sent then. Throws FND_BAD_INPUT that names each variable that cannot be used, and never what stands in it.
 */
export function traceDestinationOf(
  environment: Environment,
  defaultService: string,
): TraceDestination | undefined {
  // A variable that is not set in a compose file is there and empty.
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  if (given[EVERYTHING] === undefined && given[TRACES] === undefined) return undefined;
  if (given['OTEL_SDK_DISABLED']?.toLowerCase() === 'true' || given['OTEL_TRACES_EXPORTER'] === 'none')
    return undefined;
  const read = Variables.safeParse(withoutOverruled(given));
  if (!read.success) throw badVariables(read.error.issues);
  const { [EVERYTHING]: base, [TRACES]: whole, OTEL_SERVICE_NAME: service = defaultService } = read.data;
  return { url: whole ?? tracesUnder(base ?? ''), service };
}

/** The variables but those that one for traces alone overrules: they are for something else. */
function withoutOverruled(given: Environment): Environment {
  const { [EVERYTHING]: base, OTEL_EXPORTER_OTLP_PROTOCOL: protocol, ...rest } = given;
  return {
    ...rest,
    ...(rest[TRACES] === undefined ? { [EVERYTHING]: base } : {}),
    ...(rest['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL'] === undefined
      ? { OTEL_EXPORTER_OTLP_PROTOCOL: protocol }
      : {}),
  };
}

/** The standard's way from the address for everything to that for traces. */
function tracesUnder(base: string): string {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/$/, '')}/v1/traces`;
  return url.href;
}

function badVariables(issues: readonly { path: PropertyKey[]; message: string }[]): FoundryError {
  const reasons = issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  return new FoundryError('FND_BAD_INPUT', `traces: ${reasons.join('; ')}`, {
    hint: 'docs/machines.md says which variables of OpenTelemetry are gone by.',
  });
}
