/**
 * The whole environment git sees beside the PATH: no configuration of the machine or of the person, no prompts,
 * the same language and time zone everywhere. The repository is ours even when another user owns its folder.
 */
export function gitEnvironment(repository: string): Record<string, string> {
  return {
    HOME: repository,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'safe.directory',
    GIT_CONFIG_VALUE_0: '*',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '',
    LC_ALL: 'C',
    TZ: 'UTC',
  };
}
