import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readJsonFile, writeJsonFile } from '../../../adapters/files/json-file.ts';

const Clock = z.strictObject({ day: z.int() });
const REFUSAL = { what: 'a clock', hint: 'Remove it.' };

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'json-file-'));
  path = join(folder, 'new', 'clock.json');
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe('a JSON file of ours', () => {
  it('is read as it was written', async () => {
    await writeJsonFile(path, { day: 3 });

    expect(await readJsonFile(path, Clock, REFUSAL)).toEqual({ day: 3 });
  });

  it('is indented, ends with a newline and may be for its owner alone', async () => {
    await writeJsonFile(path, { day: 3 }, 0o600);

    expect(await readFile(path, 'utf8')).toBe('{\n  "day": 3\n}\n');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('is undefined when it is not there', async () => {
    expect(await readJsonFile(path, Clock, REFUSAL)).toBeUndefined();
  });

  it.each([
    ['is no JSON', '{"day":', SyntaxError],
    ['is empty', '', SyntaxError],
    ['has another form', '{"day":"3"}', z.ZodError],
    ['has more fields', '{"day":3,"hour":1}', z.ZodError],
  ])('is refused when it %s, with the path, the next step and the cause', async (_, text, cause) => {
    const other = join(folder, 'clock.json');
    await writeFile(other, text);

    await expect(readJsonFile(other, Clock, REFUSAL)).rejects.toMatchObject({
      code: 'FND_BAD_DATA',
      message: `${other} is not a clock`,
      hint: 'Remove it.',
      cause: expect.any(cause),
    });
  });

  it('is not called malformed when it cannot be read', async () => {
    await expect(readJsonFile(folder, Clock, REFUSAL)).rejects.toMatchObject({ code: 'EISDIR' });
  });
});
