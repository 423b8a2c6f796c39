import { CONFIGURATION_MUTANTS } from './configuration.ts';
import { CONTENT_MUTANTS } from './contents.ts';
import { METADATA_MUTANTS } from './metadata.ts';
import type { Mutant } from './mutant.ts';
import { PROGRAM_MUTANTS } from './programs.ts';

/** Mutants of one kind. */
export interface MutantGroup {
  readonly title: string;
  readonly mutants: readonly Mutant[];
}

/** Every deliberately wrong image. */
export const MUTANT_GROUPS: readonly MutantGroup[] = [
  { title: 'Silent passes', mutants: PROGRAM_MUTANTS },
  { title: 'Wrong configurations and modules', mutants: CONFIGURATION_MUTANTS },
  { title: 'Wrong contents and permissions', mutants: CONTENT_MUTANTS },
  { title: 'Wrong words about itself', mutants: METADATA_MUTANTS },
];
