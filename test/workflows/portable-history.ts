/** What tells of the machine and the process that a history was recorded by, and that no replay looks at. */
const OF_THE_MACHINE: ReadonlySet<string> = new Set(['stackTrace', 'identity']);
const OWN_QUEUE = 'TASK_QUEUE_KIND_STICKY';

/** A history as JSON, without what tells of the machine that it was recorded on. */
export function portableHistory(json: string): string {
  return JSON.stringify(JSON.parse(json, portable));
}

function portable(key: string, value: unknown): unknown {
  if (OF_THE_MACHINE.has(key)) return undefined;
  if (typeof value !== 'object' || value === null || !('kind' in value) || value.kind !== OWN_QUEUE)
    return value;
  return { ...value, name: 'queue of the worker' };
}
