/** Gives what is under a key to a use of it, and makes it first where no other use has it at the time. */
export type Sharing<T> = <R>(
  key: string,
  make: () => Promise<T>,
  use: (value: T) => Promise<R>,
) => Promise<R>;

/**
 * Lets uses at the same time share a value that is large: it is made for the first of them and forgotten with the last. One that could not
 * be made for another, which may have been cancelled, is made again for this one.
 */
export function createSharing<T>(): Sharing<T> {
  const shared = new Map<string, { readonly value: Promise<T>; uses: number }>();
  return async (key, make, use) => {
    const others = shared.get(key);
    const entry = others ?? { value: make(), uses: 0 };
    shared.set(key, entry);
    entry.uses += 1;
    try {
      return await use(await (others === undefined ? entry.value : entry.value.catch(make)));
    } finally {
      entry.uses -= 1;
      if (entry.uses === 0 && shared.get(key) === entry) shared.delete(key);
    }
  };
}
