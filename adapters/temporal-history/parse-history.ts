import { Buffer } from 'node:buffer';
import { z } from 'zod';
import { FoundryError } from '../../domain/errors.ts';
import type { Execution, RecordedActivity, RecordedRun, RecordedUpdate } from './recorded.ts';

const Moment = z.iso.datetime().transform((text) => new Date(text).toISOString());
const Named = z.object({ name: z.string().min(1) });
const EventId = z.string().regex(/^[1-9][0-9]*$/);
const Run = z.object({ workflowId: z.string().min(1), runId: z.string().min(1) });

const JSON_ENCODING = Buffer.from('json/plain').toString('base64');
const NULL_ENCODING = Buffer.from('binary/null').toString('base64');

/** Arguments or a result. We only take what is plain JSON; the first value counts. */
const Payloads = z
  .object({
    payloads: z
      .array(
        z.object({
          metadata: z.object({ encoding: z.enum([JSON_ENCODING, NULL_ENCODING]) }),
          data: z.base64().default(''),
        }),
      )
      .default([]),
  })
  .transform(({ payloads: [first] }): unknown =>
    first === undefined || first.metadata.encoding === NULL_ENCODING
      ? undefined
      : (JSON.parse(Buffer.from(first.data, 'base64').toString('utf8')) as unknown),
  );

const Scheduled = z.object({
  activityType: Named,
  taskQueue: Named,
  input: Payloads.optional(),
});
const Started = z.object({ scheduledEventId: EventId, identity: z.string().optional() });
const Completed = z.object({ scheduledEventId: EventId, result: Payloads.optional() });
const Ended = z.object({ scheduledEventId: EventId });

/** The events that count here, in the JSON form of the protocol; of others only that they are there. */
const Event = z.object({
  eventId: EventId,
  eventTime: Moment,
  eventType: z.string(),
  workflowExecutionStartedEventAttributes: z
    .object({
      workflowType: Named,
      taskQueue: Named,
      input: Payloads.optional(),
      parentWorkflowExecution: Run.nullish(),
    })
    .optional(),
  workflowTaskCompletedEventAttributes: z
    .object({ deploymentVersion: z.object({ buildId: z.string() }).nullish() })
    .optional(),
  activityTaskScheduledEventAttributes: Scheduled.optional(),
  activityTaskStartedEventAttributes: Started.optional(),
  activityTaskCompletedEventAttributes: Completed.optional(),
  activityTaskFailedEventAttributes: Ended.optional(),
  activityTaskTimedOutEventAttributes: Ended.optional(),
  activityTaskCanceledEventAttributes: Ended.optional(),
  childWorkflowExecutionStartedEventAttributes: z.object({ workflowExecution: Run }).optional(),
  workflowExecutionUpdateAcceptedEventAttributes: z
    .object({
      acceptedRequest: z.object({
        input: z.object({ name: z.string(), args: Payloads.optional() }),
      }),
    })
    .optional(),
});
type Event = z.infer<typeof Event>;

const History = z.object({ events: z.array(Event).min(1) });

/** A history in the JSON form of the protocol, as what it says happened. Throws FND_BAD_DATA for what is no history. */
export function parseHistory(json: unknown, execution: Execution): RecordedRun {
  const events = readEvents(json, execution);
  const [first] = events;
  const start = first?.workflowExecutionStartedEventAttributes;
  if (first === undefined || start === undefined) throw notOne(execution, 'it does not begin with the start');
  const workflow = { ...execution, type: start.workflowType.name };
  return {
    execution,
    type: workflow.type,
    taskQueue: start.taskQueue.name,
    parent: start.parentWorkflowExecution ?? null,
    order: start.input,
    startedAt: first.eventTime,
    builds: buildsIn(events),
    activities: activitiesIn(events, workflow),
    children: events.flatMap(
      (event) => event.childWorkflowExecutionStartedEventAttributes?.workflowExecution ?? [],
    ),
    updates: updatesIn(events),
  };
}

function readEvents(json: unknown, execution: Execution): Event[] {
  try {
    return History.parse(json).events;
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause) : 'a payload is not JSON';
    throw notOne(execution, reason, cause);
  }
}

function notOne({ workflowId, runId }: Execution, reason: string, cause?: unknown): FoundryError {
  return new FoundryError(
    'FND_BAD_DATA',
    `the history of ${workflowId} (run ${runId}) has another form than we read: ${reason}`,
    { cause },
  );
}

function buildsIn(events: readonly Event[]): string[] {
  const ids = events.flatMap(
    (event) => event.workflowTaskCompletedEventAttributes?.deploymentVersion?.buildId ?? [],
  );
  return [...new Set(ids)].toSorted();
}

function updatesIn(events: readonly Event[]): RecordedUpdate[] {
  return events.flatMap(({ eventTime, workflowExecutionUpdateAcceptedEventAttributes: accepted }) =>
    accepted === undefined
      ? []
      : [
          {
            name: accepted.acceptedRequest.input.name,
            said: accepted.acceptedRequest.input.args,
            acceptedAt: eventTime,
          },
        ],
  );
}

function activitiesIn(events: readonly Event[], workflow: RecordedActivity['workflow']): RecordedActivity[] {
  const found = new Map<string, RecordedActivity>();
  const change = (scheduled: string, made: Partial<RecordedActivity>): void => {
    const activity = found.get(scheduled);
    if (activity === undefined) throw notOne(workflow, `event ${scheduled} schedules no activity`);
    found.set(scheduled, { ...activity, ...made });
  };
  for (const event of events) {
    const { eventId, eventTime } = event;
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled !== undefined) {
      found.set(eventId, {
        workflow,
        name: scheduled.activityType.name,
        taskQueue: scheduled.taskQueue.name,
        order: scheduled.input,
        state: 'open',
        result: undefined,
        worker: null,
        scheduledAt: eventTime,
        startedAt: null,
        finishedAt: null,
      });
    }
    const started = event.activityTaskStartedEventAttributes;
    if (started !== undefined) {
      change(started.scheduledEventId, { worker: started.identity ?? null, startedAt: eventTime });
    }
    const completed = event.activityTaskCompletedEventAttributes;
    if (completed !== undefined) {
      const { scheduledEventId, result } = completed;
      change(scheduledEventId, { state: 'completed', result, finishedAt: eventTime });
    }
    const ended =
      event.activityTaskFailedEventAttributes ??
      event.activityTaskTimedOutEventAttributes ??
      event.activityTaskCanceledEventAttributes;
    if (ended !== undefined) change(ended.scheduledEventId, { state: 'failed', finishedAt: eventTime });
  }
  return [...found.values()];
}
