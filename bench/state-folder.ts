/**
 * Measures with the state folder that FOUNDRY_STATE_DIR names; `what` says which one it must be. Without one nothing is measured, and the
 * process ends with 2.
 */
export async function withStateFolder(
  what: string,
  measure: (state: string) => Promise<void> | void,
): Promise<void> {
  const state = process.env['FOUNDRY_STATE_DIR'];
  if (state !== undefined) return await measure(state);
  process.stderr.write(`error: set FOUNDRY_STATE_DIR to ${what}\n`);
  process.exitCode = 2;
}
