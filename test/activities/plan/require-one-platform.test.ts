import { expect, test } from 'vitest';
import { requireOnePlatform } from '../../../activities/plan/require-one-platform.ts';

test('one platform is as good as the other', () => {
  expect(() => requireOnePlatform(['linux/amd64'], 'c0ffee')).not.toThrow();
  expect(() => requireOnePlatform(['linux/arm64'], 'c0ffee')).not.toThrow();
});

test('two are refused with what there is to do, before anything is built', () => {
  expect(() => requireOnePlatform(['linux/amd64', 'linux/arm64'], 'c0ffee')).toThrow(
    expect.objectContaining({
      code: 'FND_BAD_INPUT',
      message: expect.stringContaining('c0ffee pins linux/amd64 and linux/arm64'),
      hint: expect.stringContaining('versions.hcl'),
    }),
  );
});
