import { columns } from '../output/columns.ts';
import type { DescribedEnvironment } from './describe-environment.ts';

const NOT_SHOWN = '(set; its value is not shown)';

/** What a command goes by, for people. */
export function renderEnvironment({ settings, variables, tools }: DescribedEnvironment): string {
  const set = variables.map(({ name, value, meaning }) => [
    name,
    value ?? NOT_SHOWN,
    meaning ?? 'nothing here knows it: is it misspelt?',
  ]);
  return [
    ...columns([
      ['SETTING', 'VALUE', 'FROM'],
      ...settings.map(({ name, value, origin }) => [name, value ?? '-', origin]),
    ]),
    '',
    ...(set.length === 0
      ? ['no variable that matters is set']
      : columns([['VARIABLE', 'VALUE', 'IS'], ...set])),
    '',
    ...columns([
      ['TOOL', 'PINNED', 'BUILT'],
      ...tools.map(({ name, version, sha256 }) => [
        name,
        version,
        name === 'go' ? 'builds the others' : (sha256?.slice(0, 16) ?? 'no: ./foundry tools'),
      ]),
    ]),
  ].join('\n');
}
