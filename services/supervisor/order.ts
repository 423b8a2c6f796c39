import { FoundryError } from '../../domain/errors.ts';

interface Node {
  readonly name: string;
  readonly dependsOn: readonly string[];
}

/**
 * Puts services into an order in which each comes after all it depends on; among free ones the given order stays.
 * `present` names services that run already. Throws FND_BAD_INPUT for an unknown dependency or a circle.
 */
export function startOrder<T extends Node>(nodes: readonly T[], present: ReadonlySet<string>): T[] {
  const known = new Set([...present, ...nodes.map(({ name }) => name)]);
  for (const { name, dependsOn } of nodes) {
    const unknown = dependsOn.find((dependency) => !known.has(dependency));
    if (unknown !== undefined) {
      throw new FoundryError('FND_BAD_INPUT', `service ${name} needs ${unknown}, which does not run`, {
        hint: `Start ${unknown} too: name both in --only.`,
      });
    }
  }
  const ordered: T[] = [];
  const done = new Set(present);
  let waiting = nodes.filter(({ name }) => !present.has(name));
  while (waiting.length > 0) {
    const ready = waiting.filter(({ dependsOn }) => dependsOn.every((dependency) => done.has(dependency)));
    if (ready.length === 0) {
      const names = waiting.map(({ name }) => name).join(', ');
      throw new FoundryError('FND_BAD_INPUT', `services depend on each other in a circle: ${names}`);
    }
    for (const node of ready) done.add(node.name);
    ordered.push(...ready);
    waiting = waiting.filter(({ name }) => !done.has(name));
  }
  return ordered;
}

/**
 * Runs a task for each node as soon as the tasks it waits for are done, all others at the same time.
 * `nodes` must be ordered so that a node comes after those it waits for. When one fails, no other begins;
 * those under way still end, and then the first error is thrown.
 */
export async function runInOrder<T extends { readonly name: string }>(
  nodes: readonly T[],
  waitsFor: (node: T) => readonly string[],
  task: (node: T) => Promise<void>,
): Promise<void> {
  const tasks = new Map<string, Promise<void>>();
  const failures: unknown[] = [];
  for (const node of nodes) {
    const before = waitsFor(node).flatMap((name) => tasks.get(name) ?? []);
    tasks.set(node.name, runAfter(before, node));
  }
  await Promise.all(tasks.values());
  if (failures.length > 0) throw failures[0];

  async function runAfter(before: readonly Promise<void>[], node: T): Promise<void> {
    await Promise.all(before);
    if (failures.length > 0) return;
    try {
      await task(node);
    } catch (error) {
      failures.push(error);
    }
  }
}
