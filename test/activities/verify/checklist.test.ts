import { expect, test } from 'vitest';
import { Checklist } from '../../../activities/verify/checklist.ts';
import { type ErrorCode, FoundryError } from '../../../domain/errors.ts';

function refuse(code: ErrorCode): never {
  throw new FoundryError(code, `because ${code}`);
}

test('what passes is told with what was seen, and given on', async () => {
  const list = new Checklist();
  const found = await list.look({
    id: 'a',
    title: 'A',
    given: 2,
    work: (two) => ({ value: two + 1, detail: 'seen' }),
  });
  expect(found).toBe(3);
  expect(list.checks).toEqual([{ id: 'a', title: 'A', verdict: 'pass', detail: 'seen' }]);
  expect(list.refusal).toBeUndefined();
});

test('a refusal fails its check; what needs it is not run, and the rest is', async () => {
  const list = new Checklist();
  const a = await list.look({ id: 'a', title: 'A', given: 1, work: () => refuse('FND_SBOM_MISMATCH') });
  await list.look({ id: 'b', title: 'B', given: a, work: () => ({ value: 1, detail: '' }) });
  await list.look({ id: 'c', title: 'C', given: 1, work: () => ({ value: 1, detail: '' }) });
  expect(list.checks.map(({ verdict }) => verdict)).toEqual(['fail', 'not-run', 'pass']);
  expect(list.refusal?.code).toBe('FND_SBOM_MISMATCH');
});

test('what is wrong counts before what is missing, whichever came first', async () => {
  const list = new Checklist();
  await list.look({ id: 'a', title: 'A', given: 1, work: () => refuse('FND_EVIDENCE_MISSING') });
  expect(list.refusal?.exitCode).toBe(6);
  await list.look({ id: 'b', title: 'B', given: 1, work: () => refuse('FND_SIGNATURE_REFUSED') });
  expect(list.refusal?.exitCode).toBe(5);
});

test.each<ErrorCode>(['FND_UNREACHABLE', 'FND_INTERRUPTED'])(
  '%s says nothing of an image: it is no verdict',
  async (code) => {
    const list = new Checklist();
    const look = list.look({ id: 'a', title: 'A', given: 1, work: () => refuse(code) });
    await expect(look).rejects.toMatchObject({ code });
    expect(list.checks).toEqual([]);
  },
);
