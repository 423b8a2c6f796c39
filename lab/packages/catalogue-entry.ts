import type { Suite } from '../archive/apt-configuration.ts';

/** How one package of the lab is made from packages of the Debian archive. Patterns are on paths after the move (path-mapping.ts). */
export interface CatalogueEntry {
  /** Wolfi's name. */
  readonly name: string;
  /** Wolfi's source package: what advisories and scanners go by. */
  readonly origin: string;
  readonly description: string;
  /** Default: stable. */
  readonly suite?: Suite;
  /** Debian packages whose files it gets; the version is the first one's. A pattern is looked for in the dependencies of all names. */
  readonly debs: readonly (string | RegExp)[];
  readonly only?: RegExp;
  readonly leaveOut?: RegExp;
  /** Needs beside those that the files show. */
  readonly depends?: readonly string[];
  /** Names beside those that the files show, each provided at the package's own version. */
  readonly provides?: readonly string[];
  /** Symbolic links added: path to target. */
  readonly links?: Readonly<Record<string, string>>;
  /** Text files added: path to content. */
  readonly texts?: Readonly<Record<string, string>>;
  /** A step of its own over the files. */
  readonly special?: 'busybox' | 'certificate-bundle' | 'apk-tools';
}
