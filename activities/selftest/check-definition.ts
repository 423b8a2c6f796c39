import type { Platform, Variant } from '../../domain/pins/variant.ts';

/**
 * One whole line of output or of a file: exactly this text, or a pattern that the whole line must fit. A text may name what is
 * expected of the image as `{coreVersion}`, `{providerVersion}`, `{provider}` or `{moduleMac}`.
 */
export type Line = string | RegExp;

/** What lines there must be: exactly these in this order, or these among others in any order and none of those. */
export type Lines =
  | { readonly all: readonly Line[] }
  | { readonly some: readonly Line[]; readonly none?: readonly Line[] };

/** A program in the image, and all that must come out. Output of which nothing is said must be empty. */
export interface CommandProbe {
  /** The arguments, the program first, or the health check that the image itself names. */
  readonly run: readonly string[] | 'healthcheck';
  readonly input?: string;
  /** The one exit code, or those that may be; 128 and more stand for a signal. */
  readonly exit: number | readonly number[];
  readonly stdout?: Lines;
  readonly stderr?: Lines;
}

/** A file of the image, looked at from outside. */
export interface FileProbe {
  readonly file: string;
  readonly sha256?: '{provider}';
  readonly lines?: Lines;
}

/** A question to the probe of the suite, `images/fips-probe.c`, which says what there is to ask; and the one line that must come back. */
export interface Question {
  readonly ask: string;
  readonly answer: Line;
}

export type Probe = CommandProbe | FileProbe | Question;

/** Where a bit is flipped: in the middle of the file, in its last byte, or in the first byte of an ELF section. */
export type Place = 'middle' | 'last byte' | { readonly section: string };

/** How the bytes of a file are changed. */
export type ByteChange =
  | { readonly flip: Place }
  | { readonly keep: 'nothing' | 'half' | 'all but one byte' }
  | { readonly append: string };

/**
 * What is laid over the image, read-only. Every target but those below `/tmp` is in the image; one that a change does not change is
 * an error, because a sabotage that did not happen proves nothing.
 */
export type Overlay =
  /** A file with this text. */
  | { readonly target: string; readonly text: string }
  /** Its folder without this file. */
  | { readonly target: string; readonly absent: true }
  /** An empty folder. */
  | { readonly target: string; readonly empty: true }
  /** A file of the image, itself or `of` another place, with other bytes. */
  | { readonly target: string; readonly of?: string; readonly change: ByteChange }
  /** A text of the image with the one line that fits replaced, or removed. */
  | { readonly target: string; readonly line: RegExp; readonly by: string | null };

/** Where the demand comes from. */
export interface Requirement {
  readonly standard: string;
  readonly section: string;
}

/** A check as data: what is done to the image, what is asked of it, and exactly what must come out. */
export interface CheckDefinition {
  /** Never changes, and is never used again for another check. */
  readonly id: string;
  readonly title: string;
  readonly requirement: Requirement;
  /** Which images it is for; all when it does not say. */
  readonly variants?: readonly Variant[];
  readonly platforms?: readonly Platform[];
  readonly overlays?: readonly Overlay[];
  /** Variables on top of the image's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** Its questions change the process that answers them: it gets one of its own. */
  readonly isAlone?: true;
  /** Each must hold. */
  readonly probes: readonly [Probe, ...Probe[]];
  /** Where a container cannot prevent something: what, said plainly. The check then shows that the boundary is where we say. */
  readonly boundary?: string;
}

/** What is expected of one image: what definitions name in braces. */
export interface ImageFacts {
  readonly coreVersion: string;
  readonly providerVersion: string;
  /** The SHA-256 of `fips.so`, in hex. */
  readonly provider: string;
  /** The HMAC of `fips.so`, as a module configuration writes it. */
  readonly moduleMac: string;
}
