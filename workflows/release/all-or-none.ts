import { CancellationScope } from '@temporalio/workflow';

/** Does all works at the same time. When one fails, the others are cancelled and waited for, and then its failure is thrown. */
export async function allOrNone<T>(works: readonly (() => Promise<T>)[]): Promise<T[]> {
  const scope = new CancellationScope();
  const failures: unknown[] = [];
  const guarded = async (work: () => Promise<T>): Promise<T[]> => {
    try {
      return [await work()];
    } catch (error) {
      failures.push(error);
      scope.cancel();
      return [];
    }
  };
  const results = await scope.run(() => Promise.all(works.map(guarded)));
  if (failures.length > 0) throw failures[0];
  return results.flat();
}

/** Does all works at the same time and to their ends, so that what each found is known. Then throws the first failure, if there is one. */
export async function allToTheEnd<T>(works: readonly (() => Promise<T>)[]): Promise<T[]> {
  const settled = await Promise.allSettled(works.map((work) => work()));
  const failure = settled.find((one) => one.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
  return settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
}
