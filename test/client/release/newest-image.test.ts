import { expect, it } from 'vitest';
import { imageOf } from '../../../client/release/newest-image.ts';
import { sha256 } from '../../../domain/digest.ts';
import { ABORTED, COMPLETED, entryOfStatus, RUNNING } from './statuses.ts';

const older = entryOfStatus({ ...COMPLETED, images: [] });
const newest = entryOfStatus(COMPLETED);

it('is the image of the newest release that completed, whatever runs or was aborted since', () => {
  const entries = [entryOfStatus(RUNNING), entryOfStatus(ABORTED), newest, older];

  expect(imageOf(entries, 'distroless', 'linux/amd64')).toEqual({
    registry: '127.0.0.1:5000',
    repository: 'openssl-fips',
    digest: `sha256:${sha256('distroless')}`,
  });
});

it('is refused when no release completed, also when a record says so of a workflow that was stopped', () => {
  const stopped = entryOfStatus(COMPLETED, { state: 'stopped' });

  expect(() => imageOf([], 'standard', 'linux/amd64')).toThrow('no release has completed yet');
  expect(() => imageOf([stopped], 'standard', 'linux/amd64')).toThrow('no release has completed yet');
});

it('is never one of an older release in place of one that the newest lacks', () => {
  expect(() => imageOf([older, newest], 'standard', 'linux/amd64')).toThrow('has no standard image');
  expect(() => imageOf([newest], 'standard', 'linux/arm64')).toThrow('for linux/arm64');
});
