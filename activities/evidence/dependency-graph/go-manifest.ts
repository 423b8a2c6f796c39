import { FoundryError } from '../../../domain/errors.ts';
import { type Dependency, type Manifest, purlOf } from './snapshot.ts';

interface Requirement {
  readonly module: string;
  readonly version: string;
  readonly isIndirect: boolean;
}

interface Replacement {
  readonly module: string;
  /** Empty for a replacement of every version. */
  readonly version: string;
  /** Undefined for a folder of this repository. */
  readonly by: { readonly module: string; readonly version: string } | undefined;
}

const BLOCK = /^(\w+)\s*\($/;
const LINE = /^(\w+)\s+(.+)$/;
const REQUIREMENT = /^(\S+)\s+(v\S+)$/;
const REPLACEMENT = /^(\S+)(?:\s+(v\S+))?\s+=>\s+(\S+)(?:\s+(v\S+))?$/;

/**
 * The modules that a `go.mod` requires (go.dev/ref/mod), which are those of the tool that is built from it, by `development`: no
 * image holds them. Throws FND_BAD_DATA for a line that cannot be read.
 */
export function goManifest(path: string, text: string): Manifest {
  const requirements: Requirement[] = [];
  const replacements: Replacement[] = [];
  for (const { directive, rest, comment } of directives(text)) {
    if (directive === 'require') requirements.push(requirement(rest, comment, path));
    else if (directive === 'replace') replacements.push(replacement(rest, path));
  }
  const dependencies = requirements.flatMap((one) => dependencyOf(one, replacements));
  return { name: path, path, dependencies };
}

function* directives(text: string): Generator<{ directive: string; rest: string; comment: string }> {
  let block: string | undefined;
  for (const raw of text.split('\n')) {
    const [code = '', ...comments] = raw.split('//');
    const [line, comment] = [code.trim(), comments.join('//').trim()];
    const opened = BLOCK.exec(line)?.[1];
    if (line === '') continue;
    if (opened !== undefined) block = opened;
    else if (line === ')') block = undefined;
    else if (block !== undefined) yield { directive: block, rest: line, comment };
    else {
      const [, directive = '', rest = ''] = LINE.exec(line) ?? [];
      yield { directive, rest, comment };
    }
  }
}

function requirement(text: string, comment: string, path: string): Requirement {
  const [, module, version] = REQUIREMENT.exec(text) ?? [];
  if (module === undefined || version === undefined) throw unreadable(text, path);
  return { module, version, isIndirect: /^indirect\b/.test(comment) };
}

function replacement(text: string, path: string): Replacement {
  const [, module, version = '', other, otherVersion] = REPLACEMENT.exec(text) ?? [];
  if (module === undefined || other === undefined) throw unreadable(text, path);
  const by = otherVersion === undefined ? undefined : { module: other, version: otherVersion };
  return { module, version, by };
}

function dependencyOf(
  { module, version, isIndirect }: Requirement,
  replacements: readonly Replacement[],
): Dependency[] {
  const replaced = replacements.find(
    (one) => one.module === module && (one.version === '' || one.version === version),
  );
  const used = replaced === undefined ? { module, version } : replaced.by;
  if (used === undefined) return [];
  const parts = used.module.split('/');
  const name = parts.pop() ?? '';
  return [
    {
      purl: purlOf('golang', parts.length === 0 ? undefined : parts.join('/'), name, used.version),
      relationship: isIndirect ? 'indirect' : 'direct',
      scope: 'development',
      needs: [],
    },
  ];
}

function unreadable(text: string, path: string): FoundryError {
  return new FoundryError('FND_BAD_DATA', `${path}: cannot read ${JSON.stringify(text)}`);
}
