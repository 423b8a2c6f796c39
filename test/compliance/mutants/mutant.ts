import type { Patience } from '../../../activities/selftest/answers.ts';
import type { Variant } from '../../../domain/pins/variant.ts';
import type { ImageChange, SampleEntry } from '../../adapters/oci-layout/sample-image.ts';

/** Programs that mutants put somewhere: `programs/<name>.c` with the options of the compiler, in the development image. */
export const PROGRAMS = {
  silent: [],
  refusing: [],
  repeating: [],
  agreeing: [],
  mirroring: [],
  healthy: [],
  hanging: [],
  flooding: [],
  crashing: [],
  preloaded: ['-shared', '-fPIC'],
  linked: ['-no-pie', '-Wl,-z,execstack', '-Wl,-z,norelro', '-Wl,-rpath,/tmp/lib', '-lcrypto'],
} as const satisfies Record<string, readonly string[]>;
export type ProgramName = keyof typeof PROGRAMS;

/** What a mutant has at a place of its image. */
export type MutantEntry =
  | SampleEntry
  /** What is there, with other owner or mode. */
  | {
      readonly same: true;
      readonly mode?: number;
      readonly uid?: number;
      readonly mtime?: number;
      readonly pax?: Readonly<Record<string, string>>;
    }
  /** The text that is there, with one text in it replaced; what is not in it is an error. */
  | { readonly replace: string | RegExp; readonly by: string }
  /** The bytes of a file of the image, this one or another, one bit flipped in the middle or more appended. */
  | { readonly copy: string; readonly flip?: true; readonly append?: string }
  | { readonly program: ProgramName }
  /** The MAC that the module has as it is in the mutant, in the place of the old one. */
  | { readonly macOf: string }
  | { readonly removed: true };

/**
 * Groups whose checks bring a configuration, a module or variables of their own, each with a process: other mutants show that they can fail,
 * and what they would find in one that is wrong elsewhere costs more than it tells.
 */
export const SELF_TESTS = ['FIPS-KAT', 'FIPS-CST'] as const;
export const ON_THEIR_OWN = [...SELF_TESTS, 'FIPS-ENV'] as const;

/** A deliberately wrong image as data: what is other than in a released image of its variant. */
export interface Mutant {
  /** Never changes: results are kept under it. */
  readonly name: string;
  /** What is wrong with it, as a whole sentence without a full stop. */
  readonly wrong: string;
  readonly variant: Variant;
  /** By their path without a slash first, in the one layer of the image. */
  readonly entries?: Readonly<Record<string, MutantEntry>>;
  /** Nothing is in it but these entries. */
  readonly isBare?: true;
  readonly config?: ImageChange['config'];
  readonly document?: ImageChange['document'];
  readonly annotations?: ImageChange['annotations'];
  readonly manifest?: ImageChange['manifest'];
  readonly index?: ImageChange['index'];
  /** What a second layer puts over the first. */
  readonly onTop?: Readonly<Record<string, SampleEntry>>;
  /** The suite refuses it as a whole, so that it shows nothing about a single check. */
  readonly isRefusedWhole?: true;
  /** What is mounted in the place of the probe of the suite. */
  readonly probe?: ProgramName;
  readonly patience?: Patience;
  /** Only checks of these groups, by their prefixes. */
  readonly groups?: readonly string[];
  /** No checks of these groups. */
  readonly without?: readonly string[];
  /**
   * Which kinds of checks can see the difference. Those of other kinds read nothing of what is changed, find what they found in the
   * released image, and are not run again.
   */
  readonly seenBy: readonly CheckKind[];
}

/**
 * What a check goes by: looks from outside, commands of the image, questions to the probe of the suite, or `evp_test`, which brings its
 * own configuration.
 */
export type CheckKind = 'looks' | 'commands' | 'questions' | 'vectors';
