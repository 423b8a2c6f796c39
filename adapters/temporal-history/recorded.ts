/** One run of a workflow, as the server names it. */
export interface Execution {
  readonly workflowId: string;
  readonly runId: string;
}

/** An activity as the server recorded it: nothing of this was said by whoever asks. */
export interface RecordedActivity {
  /** The run that it belongs to. */
  readonly workflow: Execution & { readonly type: string };
  readonly name: string;
  readonly taskQueue: string;
  /** Its first argument. */
  readonly order: unknown;
  /** `open` is what has not ended yet. */
  readonly state: 'completed' | 'failed' | 'open';
  /** What it returned; undefined unless it completed. */
  readonly result: unknown;
  /** The identity of the worker of the last attempt, as that worker says it. */
  readonly worker: string | null;
  /** Moments of the server, in ISO 8601. */
  readonly scheduledAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
}

/** An update that a workflow accepted. */
export interface RecordedUpdate {
  readonly name: string;
  /** Its first argument. */
  readonly said: unknown;
  readonly acceptedAt: string;
}

/** The history of one run. */
export interface RecordedRun {
  readonly execution: Execution;
  readonly type: string;
  readonly taskQueue: string;
  /** The run that started it, if a workflow did. */
  readonly parent: Execution | null;
  /** Its first argument. */
  readonly order: unknown;
  readonly startedAt: string;
  /** The builds of the workflow code that decided in it, sorted. */
  readonly builds: readonly string[];
  /** In the order in which they were scheduled. */
  readonly activities: readonly RecordedActivity[];
  readonly children: readonly Execution[];
  readonly updates: readonly RecordedUpdate[];
}

/** A run and all that it started. */
export interface RecordedRelease extends Omit<RecordedRun, 'parent' | 'children'> {
  /** Also those of its children, in the order in which they were scheduled. */
  readonly activities: readonly RecordedActivity[];
}
