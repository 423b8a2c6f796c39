/** Listens to a build, to say of what it failed. */
export interface BuildWatch {
  /** Gets every line that the build says. */
  readonly onLine: (line: string) => void;
  /** The error that a failed build ends with: what was heard, or else the one given. */
  failure(error: unknown): unknown;
}
