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
    bound: { operator, version: parseApkVersion(version, `${what}, ${text}`) },
  };
}

/**
 * Reads one `provides`: a name, with `=version` or without. A version that is none counts as left out: an index holds many
 * thousands of these, and one that nobody asks for must not be in the way.
 */
export function readProvided(text: string): Provided {
  const equals = text.lastIndexOf('=');
  if (equals < 1) return { name: text, version: undefined };
  const version = text.slice(equals + 1);
  return { name: text.slice(0, equals), version: isApkVersion(version) ? version : undefined };
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
