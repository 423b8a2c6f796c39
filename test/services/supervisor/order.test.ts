import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { runInOrder, startOrder } from '../../../services/supervisor/order.ts';

const none: ReadonlySet<string> = new Set();

it('puts each service after those it needs', () => {
  const nodes = [
    { name: 'fulcio', dependsOn: ['oidc', 'ct'] },
    { name: 'oidc', dependsOn: [] },
    { name: 'ct', dependsOn: [] },
  ];
  expect(startOrder(nodes, none).map(({ name }) => name)).toEqual(['oidc', 'ct', 'fulcio']);
});

it('orders any services without a circle', () => {
  const graphs = fc.array(fc.array(fc.nat(), { maxLength: 4 }), { maxLength: 12 }).map((edges) =>
    edges.map((needs, index) => ({
      name: `s${index}`,
      dependsOn: index === 0 ? [] : [...new Set(needs.map((need) => `s${need % index}`))],
    })),
  );
  fc.assert(
    fc.property(graphs, fc.func(fc.integer()), (nodes, key) => {
      const shuffled = nodes.toSorted((a, b) => key(a.name) - key(b.name));
      const names = startOrder(shuffled, none).map(({ name }) => name);
      expect(names.toSorted()).toEqual(nodes.map(({ name }) => name).toSorted());
      for (const { name, dependsOn } of nodes) {
        for (const need of dependsOn) expect(names.indexOf(need)).toBeLessThan(names.indexOf(name));
      }
    }),
  );
});

it('counts services that run already', () => {
  expect(startOrder([{ name: 'lab', dependsOn: ['registry'] }], new Set(['registry']))).toHaveLength(1);
});

it('refuses an unknown dependency, by name', () => {
  expect(() => startOrder([{ name: 'lab', dependsOn: ['registry'] }], none)).toThrow('lab needs registry');
});

it('refuses a circle, naming who is in it', () => {
  const circle = [
    { name: 'a', dependsOn: ['b'] },
    { name: 'b', dependsOn: ['a'] },
  ];
  expect(() => startOrder(circle, none)).toThrow('circle: a, b');
});

it('begins nothing more after a failure, waits for what runs, and throws the first error', async () => {
  const nodes = [
    { name: 'bad', needs: [] },
    { name: 'slow', needs: [] },
    { name: 'after', needs: ['slow'] },
  ];
  const log: string[] = [];
  const run = runInOrder(
    nodes,
    ({ needs }) => needs,
    async ({ name }) => {
      log.push(`begin ${name}`);
      await new Promise((resolve) => setTimeout(resolve, name === 'slow' ? 20 : 1));
      log.push(`end ${name}`);
      if (name === 'bad') throw new Error('bad failed');
    },
  );
  await expect(run).rejects.toThrow('bad failed');
  expect(log).toEqual(['begin bad', 'begin slow', 'end bad', 'end slow']);
});
