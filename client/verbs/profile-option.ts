/** The option of every verb that asks a profile for its endpoints and trust roots: `.option(...PROFILE_OPTION)`. */
export const PROFILE_OPTION = [
  '--profile <file>',
  'endpoints and trust roots (default: FOUNDRY_PROFILE, then the state folder’s own)',
] as const;
