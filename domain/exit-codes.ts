/** The exit codes of the `foundry` command. Scripts branch on them, so a number never changes its meaning. */
export const EXIT_CODES = {
  ok: 0,
  unexpected: 1,
  usage: 2,
  permission: 3,
  gateFailed: 4,
  verificationFailed: 5,
  incompleteEvidence: 6,
  dependencyUnreachable: 7,
  stillRunning: 8,
  nothingToDo: 9,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES];
