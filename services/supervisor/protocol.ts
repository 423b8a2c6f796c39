import { z } from 'zod';
import { ERROR_CATALOGUE, type ErrorCode, FoundryError, messageOf } from '../../domain/errors.ts';
import { ServiceSpec, ServiceStatus } from './service-spec.ts';

/**
 * What is asked of the supervisor: one JSON line a connection. `start` may be followed by a `cancel` line;
 * closing the connection cancels too.
 */
export const ControlRequest = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('start'), specs: z.array(ServiceSpec) }),
  z.strictObject({ type: z.literal('cancel') }),
  z.strictObject({ type: z.literal('status') }),
  z.strictObject({ type: z.literal('stop') }),
]);

export type ControlRequest = z.infer<typeof ControlRequest>;

/** What the supervisor answers: any number of `started` lines, then one `done` or `error` line. */
export const ControlAnswer = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('started'), service: ServiceStatus }),
  z.strictObject({ type: z.literal('done'), services: z.array(ServiceStatus) }),
  z.strictObject({
    type: z.literal('error'),
    code: z.enum(Object.keys(ERROR_CATALOGUE) as [ErrorCode, ...ErrorCode[]]),
    message: z.string(),
    hint: z.string().optional(),
  }),
]);

export type ControlAnswer = z.infer<typeof ControlAnswer>;

/** An error as it goes over the wire. */
export function toErrorAnswer(error: unknown): ControlAnswer {
  if (!(error instanceof FoundryError)) {
    return { type: 'error', code: 'FND_SERVICE_FAILED', message: messageOf(error) };
  }
  return {
    type: 'error',
    code: error.code,
    message: error.message,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  };
}

/** The error that came over the wire. */
export function fromErrorAnswer(answer: Extract<ControlAnswer, { type: 'error' }>): FoundryError {
  return new FoundryError(
    answer.code,
    answer.message,
    answer.hint === undefined ? {} : { hint: answer.hint },
  );
}
