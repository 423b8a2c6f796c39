import { describe, expect, it, vi } from 'vitest';
import { soundRun } from '../../../adapters/kics/sound-run.ts';
import { FoundryError } from '../../../domain/errors.ts';

const torn = new FoundryError(
  'FND_TOOL_OUTPUT',
  'KICS: its report counts 12 parsed files, its payload holds 11',
);

describe('a run of KICS that contradicts itself', () => {
  it('is made again', async () => {
    const run = vi.fn<() => Promise<string>>().mockRejectedValueOnce(torn).mockResolvedValueOnce('sound');
    await expect(soundRun(run)).resolves.toBe('sound');
    expect(run).toHaveBeenCalledTimes(2);
  });

  it('is an error when the third does so too', async () => {
    const run = vi.fn<() => Promise<string>>().mockRejectedValue(torn);
    await expect(soundRun(run)).rejects.toBe(torn);
    expect(run).toHaveBeenCalledTimes(3);
  });

  it('is not confused with a KICS that fails', async () => {
    const failed = new FoundryError('FND_TOOL_FAILED', 'kics scan ended with exit code 126');
    const run = vi.fn<() => Promise<string>>().mockRejectedValue(failed);
    await expect(soundRun(run)).rejects.toBe(failed);
    expect(run).toHaveBeenCalledTimes(1);
  });
});
