import {
  type ApkVersion,
  compareApkVersions,
  isApkVersion,
  parseApkVersion,
} from '../../../adapters/apk/version.ts';
import { FoundryError } from '../../../domain/errors.ts';

type Operator = '=' | '<' | '<=' | '>' | '>=' | '~';

/** What a package needs, or refuses to stand beside (`isConflict`), as an index says it (apk-package(5)). */
export interface Dependency {
  readonly text: string;
  readonly isConflict: boolean;
  /** A package, or what a package provides: `so:libc.so.6`, `cmd:sh`. */
  readonly name: string;
  readonly bound: { readonly operator: Operator; readonly version: ApkVersion } | undefined;
}

/** A name that a package answers to. Without a version, no bound is met. */
export interface Provided {
  readonly name: string;
  readonly version: ApkVersion | undefined;
}

const FORM = /^(!?)([^\s!=<>~@]+)(?:([=<>~]+)([^=<>~\s]+))?$/;
const REVISION = /-r\d+$/;
const OPERATORS: Readonly<Record<string, Operator>> = {
  '=': '=',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
  '~': '~',
  '=~': '~',
  '~=': '~',
};

/** Parses one dependency. Throws FND_BAD_DATA, also for what we do not support: `@tag`, `><checksum`, `>~` and `<~`. */
export function parseDependency(text: string, what: string): Dependency {
  const [, conflict = '', name = '', sign, version] = FORM.exec(text) ?? [];
  if (name === '') throw unreadable(text, what);
  const isConflict = conflict !== '';
  if (sign === undefined || version === undefined) return { text, isConflict, name, bound: undefined };
  const operator = OPERATORS[sign];
  if (operator === undefined) throw unreadable(text, what);
  return {
    text,
    isConflict,
    name,
    bound: { operator, version: parseApkVersion(versionOf(name, version), `${what}, ${text}`) },
  };
}

/**
 * Reads one `provides`: a name, with `=version` or without. A version that is none counts as left out: an index holds many
 * thousands of these, and one that nobody asks for must not be in the way.
 */
export function readProvided(text: string): Provided {
  const name = providedName(text);
  const version = versionOf(name, text.slice(name.length + 1));
  return { name, version: isApkVersion(version) ? version : undefined };
}

/** The name alone of one `provides`. */
export function providedName(text: string): string {
  const equals = text.indexOf('=');
  return equals < 1 ? text : text.slice(0, equals);
}

/**
 * The version of a shared library is either that of its file (`so:libz.so.1=1.3`) or, by newer builders, that of its package
 * (`so:libz.so.1=1.3.1-r5`). Any of the former counts as older than any of the latter, as in apko.
 */
function versionOf(name: string, version: string): string {
  return name.startsWith('so:') && !REVISION.test(version) ? `0.${version}` : version;
}

/** Whether a version is within the bound of a dependency. */
export function isWithin(version: ApkVersion | undefined, { bound }: Dependency): boolean {
  if (bound === undefined) return true;
  if (version === undefined) return false;
  if (bound.operator === '~') return beginsWith(version, bound.version);
  const order = compareApkVersions(version, bound.version);
  if (bound.operator === '=') return order === 0;
  if (bound.operator === '<') return order < 0;
  if (bound.operator === '<=') return order <= 0;
  return bound.operator === '>' ? order > 0 : order >= 0;
}

/** `1.2` begins `1.2`, `1.2.3`, `1.2_rc1` and `1.2-r4`, and not `1.20`. */
function beginsWith(version: string, beginning: string): boolean {
  return version.startsWith(beginning) && !/^\d/.test(version.slice(beginning.length));
}

function unreadable(text: string, what: string): FoundryError {
  return new FoundryError(
    'FND_BAD_DATA',
    `${what}: ${JSON.stringify(text)} is not a dependency of a form we resolve`,
  );
}
