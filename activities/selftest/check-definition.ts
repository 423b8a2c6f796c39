import type { Platform, Variant } from '../../domain/pins/variant.ts';

/**
 * One whole line of output or of a file: exactly this text, or a pattern that the whole line must fit. A text may name what is
 * expected of the image in braces, such as `{coreVersion}`: see {@link Fact}. What is expected of many lines stands for as many.
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

/** The kinds of entries that layers have, as tar names them. */
type EntryType =
  | 'file'
  | 'directory'
  | 'symlink'
  | 'link'
  | 'character-device'
  | 'block-device'
  | 'fifo'
  | 'contiguous-file';

/** Which entries of an image are meant: those that fit all that is said. Paths are whole, with a slash first. */
export interface EntryFilter {
  readonly path?: RegExp;
  readonly except?: RegExp;
  readonly types?: readonly EntryType[];
  /** At least one of these bits of the mode is set. */
  readonly mode?: number;
  /** At least one of these bits of the mode is not set. */
  readonly lacks?: number;
  /** Neither user nor group is this number. */
  readonly notOwner?: 0;
  /** Changed after the time of the release. */
  readonly after?: '{epoch}';
  /** Whether it is an ELF file. */
  readonly isElf?: boolean;
  /** It has an extended header whose name fits. */
  readonly header?: RegExp;
}

/**
 * Entries as the layers of the image have them, merged, sorted by path: `file 0755 0:0 /usr/bin/openssl`,
 * `symlink 0777 0:0 /bin -> usr/bin`, `link 0644 0:0 /x = /y`.
 */
interface EntriesProbe {
  readonly entries: EntryFilter;
  readonly lines: Lines;
}

/** What files hold: a line `path: text` for each text that fits, once a file. Files of more than 64 MiB are not searched. */
export interface ContentProbe {
  readonly find: RegExp;
  /** Part of every text that can fit: files without it need not be searched. */
  readonly containing?: string;
  readonly in: EntryFilter;
  readonly lines: Lines;
}

/** What can be asked of an ELF file; `docs/compliance.md` shows what comes out. */
export type ElfFact =
  | 'type'
  | 'interpreter'
  | 'needed'
  | 'soname'
  | 'search path'
  | 'relro'
  | 'binding'
  | 'stack'
  | 'writable code'
  | 'text relocations'
  | 'exports'
  | 'imports'
  | 'control flow';

/** Facts of ELF files: lines `path fact: value`, sorted by path. Pieces that only a linker uses (`ET_REL`) are left out. */
export interface ElfProbe {
  readonly elf: EntryFilter;
  readonly facts: readonly ElfFact[];
  readonly lines: Lines;
}

/**
 * A value in a document of the image by its JSON pointer (RFC 6901): a text as its lines, a list as a line each, an object as
 * `name=value` lines sorted by name, nothing where there is none.
 */
export interface DocumentProbe {
  readonly document: 'config' | 'manifest' | 'index';
  readonly at: string;
  readonly lines: Lines;
}

/** What the image's database of packages says: the fields of each package with `=` between, sorted. */
interface PackagesProbe {
  readonly packages: readonly PackageField[];
  readonly lines: Lines;
}

/** Fields of the database of apk, by its letters P, V, A, C, L, o. */
export type PackageField = 'name' | 'version' | 'architecture' | 'checksum' | 'licence' | 'origin';

/** A look at the image from outside: nothing of it is run. */
export type Look = EntriesProbe | ContentProbe | ElfProbe | DocumentProbe | PackagesProbe;

export type Probe = CommandProbe | FileProbe | Question | Look;

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
  /** The user and group that its commands run as, such as `123456:0`, instead of the image's own. */
  readonly user?: string;
  /** How many bytes of memory each of its processes may have. */
  readonly memory?: number;
  /** Each must hold. */
  readonly probes: readonly [Probe, ...Probe[]];
  /** Where a container cannot prevent something: what, said plainly. The check then shows that the boundary is where we say. */
  readonly boundary?: string;
}

/** What can be expected of one image: what definitions name in braces. */
type Fact =
  | 'coreVersion'
  | 'providerVersion'
  /** The SHA-256 of `fips.so`, in hex. */
  | 'provider'
  /** The HMAC of `fips.so`, as a module configuration writes it. */
  | 'moduleMac'
  /** The number of the CMVP certificate. */
  | 'certificate'
  /** The last day on which that certificate is active, as `2030-03-10`. */
  | 'sunset'
  | 'variant'
  /** As OCI writes it, `amd64`. */
  | 'architecture'
  /** The git commit, and where it is. */
  | 'commit'
  | 'source'
  /** The time of the release: in seconds since 1970, and as labels write it. */
  | 'epoch'
  | 'created'
  /** Every package as `name=version`, a line each, sorted. */
  | 'packages'
  /** The image that it is composed from; known only where there is one. */
  | 'baseName'
  | 'baseDigest';

/** What is expected of one image. A check that names what nobody knows is not run. */
export type ImageFacts = Readonly<Partial<Record<Fact, string>>>;
