import type { Cursor } from '../../../adapters/cursors/cursors.ts';

/** What an upstream says to one question. */
type Polled =
  | { readonly isChanged: false }
  | { readonly isChanged: true; readonly mark: NonNullable<Cursor['mark']> };

/** A place where news may come from. */
export interface Upstream {
  readonly name: string;
  readonly kind: Cursor['kind'];
  readonly address: string;
  /**
   * Asks with one request whether it is another than the mark stands for. Throws FND_UNREACHABLE, FND_BAD_DATA, FND_UNRESOLVED for what is
   * no longer there, FND_INTERRUPTED.
   */
  poll(mark: Cursor['mark']): Promise<Polled>;
}
