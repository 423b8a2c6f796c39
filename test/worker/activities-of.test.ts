import { expect, test } from 'vitest';
import { TASK_QUEUES } from '../../domain/release/contract.ts';
import { activitiesOf } from '../../worker/activities-of.ts';
import type { Resources } from '../../worker/resources.ts';
import { PASSING } from '../workflows/stage.ts';

/** Nothing of it is used before an activity is called. */
const UNUSED = { signingIdentity: {}, packageKey: 'a file' } as Resources;

test('workers of all queues together know every activity that a workflow calls', () => {
  const known = new Set(TASK_QUEUES.flatMap((queue) => Object.keys(activitiesOf(queue, UNUSED))));
  expect(Object.keys(PASSING).filter((name) => !known.has(name))).toEqual([]);
});
