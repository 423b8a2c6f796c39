import { describe, expect, it } from 'vitest';
import { resolveDirectories } from '../../../adapters/directories/directories.ts';

describe('where state and cache live', () => {
  it('follows XDG when nothing is said', () => {
    expect(resolveDirectories({ HOME: '/home/u' })).toEqual({
      state: '/home/u/.local/state/foundry',
      cache: '/home/u/.cache/foundry',
    });
    expect(resolveDirectories({ HOME: '/home/u', XDG_STATE_HOME: '/s', XDG_CACHE_HOME: '/c' })).toEqual({
      state: '/s/foundry',
      cache: '/c/foundry',
    });
  });

  it('prefers the option to the environment to XDG', () => {
    const environment = { HOME: '/home/u', FOUNDRY_STATE_DIR: '/env', FOUNDRY_CACHE_DIR: '/envc' };

    expect(resolveDirectories(environment)).toEqual({ state: '/env', cache: '/envc' });
    expect(resolveDirectories(environment, { stateDir: '/opt', cacheDir: '/optc' })).toEqual({
      state: '/opt',
      cache: '/optc',
    });
  });

  it('refuses a relative path and says what to write', () => {
    expect(() => resolveDirectories({ HOME: '/home/u' }, { stateDir: 'here' })).toThrow(
      expect.objectContaining({
        code: 'FND_BAD_INPUT',
        message: '--state-dir: here is not an absolute path',
      }),
    );
  });
});
