/** Checks that no mutant trips, by id, and why there is none. One that a mutant trips all the same must not be here. */
export const UNTRIPPED: Readonly<Record<string, string>> = {};
