/** Gives what is remembered under a key, or does the work and remembers what came of it. */
export type Memory<T> = (key: string, work: () => T) => T;

/**
 * Remembers, in this process, what pure functions gave, so that the same bytes are not unpacked or verified again and again. A key must be
 * a digest of everything that the work depends on. At most `most` results are kept, those that were asked for last. What fails is not
 * remembered: it fails anew each time.
 */
export function createMemory<T>(most: number): Memory<T> {
  const kept = new Map<string, T>();
  return (key, work) => {
    const known = kept.get(key);
    const value = known ?? work();
    kept.delete(key);
    kept.set(key, value);
    if (known === undefined && value instanceof Promise)
      value.catch(() => {
        if (kept.get(key) === value) kept.delete(key);
      });
    const [oldest] = kept.keys();
    if (kept.size > most && oldest !== undefined) kept.delete(oldest);
    return value;
  };
}

/** Makes a value that several will see one that none of them can change. */
export function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value) && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const member of Object.values(value)) frozen(member);
  }
  return value;
}
