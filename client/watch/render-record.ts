import { exposedForMs, openSince } from '../../domain/watch/exposure.ts';
import type { WatchedImage, WatchedVulnerability, WatchRecord } from '../../domain/watch/record.ts';
import { columns } from '../output/columns.ts';
import { timeSpan } from '../output/duration.ts';
import { timeLeft } from './look-lines.ts';

/** The record for people: every image with what it is or was exposed to, newest last. `now` is what is counted to. */
export function renderRecord(record: WatchRecord, now: Date): string {
  const blocks = record.images.map((image) => [
    headOf(image),
    ...columns(image.vulnerabilities.map((one) => cellsOf(one, now))).map((line) => `  ${line}`),
  ]);
  return [`by the policy of commit ${record.commit}`, ...blocks.flatMap((block) => ['', ...block])].join(
    '\n',
  );
}

function headOf({
  version,
  variant,
  platform,
  digest,
  tags,
  releasedAt,
  unpublishedAt,
}: WatchedImage): string {
  const place =
    unpublishedAt === null ? `published as ${tags.join(', ')}` : `not published since ${unpublishedAt}`;
  return `${version} ${variant} ${platform} ${digest}, released ${releasedAt}, ${place}`;
}

function cellsOf(one: WatchedVulnerability, now: Date): string[] {
  const { id, package: name, version, severity, firstSeen, fixedVersion } = one;
  return [
    id,
    severity,
    `${name} ${version}`,
    `first seen ${firstSeen}`,
    fixedVersion === null ? 'no fix' : `fixed in ${fixedVersion}`,
    `exposed for ${timeSpan(exposedForMs(one, now))}`,
    stateOf(one, now),
  ];
}

function stateOf(one: WatchedVulnerability, now: Date): string {
  const { endedAt, ending, stated, deadline } = one;
  if (endedAt !== null)
    return `ended ${endedAt}: ${ending === 'unpublished' ? 'no tag leads to it' : 'not found'}`;
  if (stated !== null) return `stated: ${stated}`;
  if (openSince(one) === null) return '';
  return one.fixedVersion !== null && deadline === null ? 'a newer version is out' : timeLeft(deadline, now);
}
