/** The gates that every image passes, in their order. */
export const GATES = ['vulnerabilities', 'cis-docker', 'nsa-cisa', 'pss-restricted'] as const;
export type Gate = (typeof GATES)[number];
