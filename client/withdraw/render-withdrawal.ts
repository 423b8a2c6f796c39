import type { WithdrawalStatus } from '../../domain/withdrawal/contract.ts';
import { columns } from '../output/columns.ts';

/** A withdrawal in one line, for lists. */
export function withdrawalLine({ variant, by, reason, withdrawnAt }: WithdrawalStatus): string {
  const what = variant ?? 'all images';
  return `${what} ${withdrawnAt === null ? 'being withdrawn' : `withdrawn on ${withdrawnAt}`} by ${by}: ${reason}`;
}

/** A withdrawal for people, with what readers find now and what is left to do. */
export function renderWithdrawal(status: WithdrawalStatus): string {
  const { version, commit, state, images, tags, left, replacement } = status;
  const stays = new Set(left.map(({ tag }) => tag));
  return [
    ...columns([
      ['withdrawn', `OpenSSL ${version} of commit ${commit}`],
      ['state', state],
      ['what', withdrawalLine(status)],
      [
        'instead',
        replacement === null
          ? 'nothing: no earlier release of this version is good'
          : `commit ${replacement}`,
      ],
    ]),
    '',
    'images:',
    ...columns(images.map(({ variant, platform, digest }) => [`  ${variant}`, platform, digest])),
    '',
    'tags:',
    ...columns(
      tags.map(({ tag, digest }) => [
        `  ${tag}`,
        stays.has(tag) ? 'had moved on already, and stays' : (digest ?? 'removed'),
      ]),
    ),
    '',
    'Who verifies one of these images is told. Who does not verify is not reached: tell them.',
  ].join('\n');
}
