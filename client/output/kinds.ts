/**
 * What each command answers with `--output json`: the `kind` of its envelope, by the words that are typed. `null` is the one command whose
 * output is not ours. A test holds this against the commands that there are; a kind never changes its meaning without `schemaVersion`.
 */
export const RESULT_KINDS = {
  up: 'up',
  down: 'down',
  status: 'status',
  doctor: 'doctor',
  env: 'environment',
  tools: 'tools',
  ingest: 'ingest',
  release: 'release',
  report: 'report',
  'notify-merge': 'merge',
  list: 'releases',
  show: 'release',
  diff: 'difference',
  retry: 'retry',
  approve: 'approve',
  abort: 'abort',
  'schedule list': 'schedules',
  'schedule pause': 'schedules',
  'schedule resume': 'schedules',
  'schedule trigger': 'schedules',
  'schedule set': 'schedules',
  run: null,
  selftest: 'selftest',
  verify: 'verification',
  'vex add': 'vex',
  'vex list': 'vex',
  'vex remove': 'vex',
  watch: 'watch',
  withdraw: 'withdrawal',
  'lab start': 'lab',
  'lab status': 'lab',
  'lab advance': 'lab',
  'lab reset': 'lab',
  completion: 'completion',
  help: 'help',
  version: 'version',
} as const satisfies Readonly<Record<string, string | null>>;

/**
 * The kinds of answers that there are; `candidates` is what the scripts of shells get to read, and `ingest-left` what `ingest` says when it
 * left the work to the schedule.
 */
export type ResultKind =
  | NonNullable<(typeof RESULT_KINDS)[keyof typeof RESULT_KINDS]>
  | 'candidates'
  | 'ingest-left';
