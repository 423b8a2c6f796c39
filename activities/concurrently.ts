/** Does something with each item, at most `atOnce` at a time. The first failure ends it: no further item is begun. */
export async function concurrently<T>(
  items: readonly T[],
  atOnce: number,
  use: (item: T) => Promise<void>,
): Promise<void> {
  const left = items.values();
  let hasFailed = false;
  const lane = async (): Promise<void> => {
    for (const item of left) {
      if (hasFailed) return;
      try {
        await use(item);
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: atOnce }, lane));
  const failure = lanes.find((outcome) => outcome.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
}
