/** Characters that take the place of others. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}
