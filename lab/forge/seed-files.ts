import type { SeedFile } from './git/create-repository.ts';

const README = `# A lab's repository

This repository lives in the forge of a wolfi-openssl-fips lab, on one machine. It is where the foundry keeps the pins of
what it releases there. Nothing in it describes a production or validated artifact.
`;

/** The first commit of the lab's repository. */
export const SEED_FILES: readonly SeedFile[] = [{ path: 'README.md', content: README }];
