import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Answers, type Examined } from '../../activities/selftest/answers.ts';
import { runCheck } from '../../activities/selftest/run-check.ts';
import { CHECK_GROUPS, checksFor } from './checks/all-checks.ts';
import { imageOfEnvironment, prepareNamed } from './image-of-environment.ts';

const named = await imageOfEnvironment(process.env);
if (named === undefined) throw new Error('FOUNDRY_IMAGE names no image: see test/compliance/README.md');
const definitions = checksFor(named.variant, named.platform);

let place: string;
let examined: Examined;
let answers: Answers;

beforeAll(async () => {
  ({ place, examined } = await prepareNamed(named));
  answers = new Answers(examined, definitions);
});
afterAll(async () => await rm(place, { recursive: true, force: true }));

describe.each(CHECK_GROUPS)('$prefix: $title', ({ checks }) => {
  const own = checks.filter((check) => definitions.includes(check));
  test.each(own)('$id $title', async (definition) => {
    expect(await runCheck(definition, examined, answers)).toMatchObject({ verdict: 'pass' });
  });
});
