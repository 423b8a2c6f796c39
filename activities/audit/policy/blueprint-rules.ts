import { z } from 'zod';
import { PackageName, PackageVersion, Sha256Text } from '../../../domain/pins/values.ts';
import type { Blueprint, Melange, ReadTree, Step } from './read-tree.ts';
import type { Rule, Violation } from './rule.ts';
import type { YamlFile, YamlPath } from './yaml-file.ts';

const REPOSITORY = './repository';
const KEY = './repository.rsa.pub';

/** A value that construction fills in from the pins, where it is checked again. */
const PLACEHOLDER = /^\{\{[a-z0-9.]+\}\}$/;
const DIGEST_PLACEHOLDER = /^\{\{[a-z0-9]+\.sha256\}\}$/;
/** The version of the package that the same blueprint makes. */
const OWN_VERSION = '${{package.full-version}}';

/** Programs whose work is to bring bytes from elsewhere. The kernel is what keeps builds off the network; this keeps such steps out of blueprints. */
const FETCHING =
  /(?<![\w.-])(?:curl|wget|git|svn|hg|pip3?|npm|npx|yarn|pnpm|cargo|gem|apk|apt|apt-get|dnf|yum|ssh|scp|sftp|rsync|nc|ncat|netcat|telnet|ftp|socat|go\s+(?:get|install|mod|run|build)|docker|podman)(?![\w.=-])/;
const ADDRESS = /\b(?:https?|ftps?|git|ssh|rsync):\/\/|\/dev\/(?:tcp|udp)\//;

/** Shell that goes on after a failure. */
const IGNORED_FAILURE =
  /\|\|\s*(?:true|:|exit\s+0|\/(?:usr\/)?bin\/true)(?![\w-])|;\s*(?:true|:)\s*$|\bset\s+\+e/;

/** The rules over what is built and of what: `images/*.melange.yaml` and `images/*.apko.yaml`. */
export const BLUEPRINT_RULES: readonly Rule[] = [
  {
    id: 'BLUEPRINT-SOURCE-PINNED',
    title: 'Every source is pinned by its SHA-256',
    *look(tree) {
      for (const { file, step, at } of allSteps(tree)) {
        if (step.uses !== 'fetch' || isDigest(step.with?.['expected-sha256'])) continue;
        const line = file.lineOf([...at, 'with', 'expected-sha256']);
        yield { path: file.path, line, what: 'a fetch needs an expected-sha256: a SHA-256, or {{….sha256}}' };
      }
    },
  },
  {
    id: 'BLUEPRINT-KNOWN-STEPS',
    title: 'Every step is our own shell, or fetches a source',
    *look(tree) {
      for (const { file, step, at } of allSteps(tree)) {
        if (step.uses === 'fetch' && step.runs === undefined) continue;
        if (step.uses === undefined && step.runs !== undefined && step.with === undefined) continue;
        const what =
          step.uses === undefined ? 'a step must either run or fetch' : `${step.uses} is not a step we know`;
        yield { path: file.path, line: file.lineOf(at), what };
      }
    },
  },
  {
    id: 'BLUEPRINT-NO-NETWORK',
    title: 'No step but fetch brings anything from elsewhere',
    look: (tree) =>
      linesOfShell(tree, (text) => {
        const found = (FETCHING.exec(text) ?? ADDRESS.exec(text))?.[0];
        return found === undefined ? undefined : `${found} has no place in a build`;
      }),
  },
  {
    id: 'BLUEPRINT-NO-IGNORED-FAILURES',
    title: 'No step goes on after a failure',
    look: (tree) =>
      linesOfShell(tree, (text) => {
        const found = IGNORED_FAILURE.exec(text)?.[0];
        return found === undefined ? undefined : `${found.trim()} hides a failure`;
      }),
  },
  {
    id: 'BLUEPRINT-LOCAL-REPOSITORY',
    title: `Packages come from ${REPOSITORY} alone`,
    look: (tree) =>
      listed(tree, 'repositories', (one) => (one === REPOSITORY ? undefined : `${one} is not ${REPOSITORY}`)),
  },
  {
    id: 'BLUEPRINT-OWN-KEY',
    title: `Packages are trusted by ${KEY} alone`,
    look: (tree) => listed(tree, 'keyring', (one) => (one === KEY ? undefined : `${one} is not ${KEY}`)),
  },
  {
    id: 'BLUEPRINT-EXACT-PACKAGES',
    title: 'Every package is at an exact version, or from the pins',
    *look(tree) {
      yield* listed(tree, 'packages', (one) => (isExact(one) ? undefined : `${one} has no exact version`));
      for (const { file, dependencies, at } of allDependencies(tree)) {
        for (const [index, one] of dependencies.entries()) {
          if (isExact(one) || isOwn(one)) continue;
          yield { path: file.path, line: file.lineOf([...at, index]), what: `${one} has no exact version` };
        }
      }
    },
  },
  {
    id: 'BLUEPRINT-NO-LATEST',
    title: 'Nothing is asked for as the latest',
    *look({ texts, melange, apko }) {
      for (const { path } of [...melange, ...apko]) {
        for (const [index, text] of (texts.get(path) ?? '').split('\n').entries()) {
          const isComment = text.trimStart().startsWith('#');
          if (!isComment && /\blatest\b/i.test(text)) yield { path, line: index + 1, what: text.trim() };
        }
      }
    },
  },
  { id: 'BLUEPRINT-NON-ROOT', title: 'Every image runs as a numeric user that is not root', look: rootUsers },
];

interface PlacedStep {
  readonly file: YamlFile;
  readonly step: Step;
  readonly at: YamlPath;
}

function* allSteps({ melange }: ReadTree): Generator<PlacedStep> {
  for (const file of melange) {
    for (const [index, step] of file.content.pipeline.entries())
      yield { file, step, at: ['pipeline', index] };
    for (const [number, { pipeline }] of (file.content.subpackages ?? []).entries()) {
      for (const [index, step] of pipeline.entries()) {
        yield { file, step, at: ['subpackages', number, 'pipeline', index] };
      }
    }
  }
}

function* linesOfShell(
  tree: ReadTree,
  reasonAgainst: (text: string) => string | undefined,
): Generator<Violation> {
  for (const { file, at } of allSteps(tree)) {
    for (const { line, text } of file.linesOf([...at, 'runs'])) {
      const what = reasonAgainst(text);
      if (what !== undefined) yield { path: file.path, line, what };
    }
  }
}

function* listed(
  { melange, apko }: ReadTree,
  list: 'repositories' | 'keyring' | 'packages',
  reasonAgainst: (one: string) => string | undefined,
): Generator<Violation> {
  const places = [
    ...melange.map((file) => ({
      file,
      contents: file.content.environment.contents,
      at: ['environment', 'contents'],
    })),
    ...apko.map((file) => ({ file, contents: file.content.contents, at: ['contents'] })),
  ];
  for (const { file, contents, at } of places) {
    for (const [index, one] of (contents?.[list] ?? []).entries()) {
      const what = reasonAgainst(one);
      if (what !== undefined) yield { path: file.path, line: file.lineOf([...at, list, index]), what };
    }
  }
}

function* allDependencies({ melange }: ReadTree): Generator<{
  file: Blueprint<Melange>;
  dependencies: readonly string[];
  at: YamlPath;
}> {
  for (const file of melange) {
    const { package: main, subpackages } = file.content;
    yield {
      file,
      dependencies: main.dependencies?.runtime ?? [],
      at: ['package', 'dependencies', 'runtime'],
    };
    for (const [number, { dependencies }] of (subpackages ?? []).entries()) {
      yield {
        file,
        dependencies: dependencies?.runtime ?? [],
        at: ['subpackages', number, 'dependencies', 'runtime'],
      };
    }
  }
}

function* rootUsers({ apko }: ReadTree): Generator<Violation> {
  const byPath = new Map(apko.map((file) => [file.path, file]));
  for (const file of apko) {
    const { path, content } = file;
    const base = content.include === undefined ? undefined : byPath.get(`images/${content.include}`);
    if (content.include !== undefined && base?.content.include !== undefined) {
      yield {
        path,
        line: file.lineOf(['include']),
        what: `${content.include} includes another blueprint itself`,
      };
    }
    const user = content.accounts ?? base?.content.accounts;
    if (user === undefined)
      yield { path, line: 1, what: 'it names no user to run as, nor does what it includes' };
    else if (!/^[1-9][0-9]*$/.test(String(user['run-as']))) {
      yield { path, line: file.lineOf(['accounts', 'run-as']), what: `it runs as ${user['run-as']}` };
    }
    for (const [index, { uid, gid, username }] of (content.accounts?.users ?? []).entries()) {
      if (uid !== 0 && gid !== 0) continue;
      yield { path, line: file.lineOf(['accounts', 'users', index]), what: `${username} is root by number` };
    }
  }
}

function isDigest(value: unknown): boolean {
  return typeof value === 'string' && (Sha256Text.safeParse(value).success || DIGEST_PLACEHOLDER.test(value));
}

function isExact(requirement: string): boolean {
  const [name, version, more] = requirement.split('=');
  const exact =
    z.tuple([PackageName, PackageVersion]).safeParse([name, version]).success && more === undefined;
  return exact || PLACEHOLDER.test(requirement);
}

function isOwn(requirement: string): boolean {
  const [name = '', version, more] = requirement.split('=');
  return PackageName.safeParse(name).success && version === OWN_VERSION && more === undefined;
}
