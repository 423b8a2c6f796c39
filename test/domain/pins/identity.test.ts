import { withdrawalTag } from '../../../domain/withdrawal/contract.ts';
import { describe, expect, it } from 'vitest';
import {
  imageWorkflowId,
  isBookkeepingTag,
  isImageTag,
  newestRecordTag,
  packagesTag,
  parseRecordTag,
  recordTag,
  releaseIdentity,
  releaseWorkflowId,
  tagOf,
} from '../../../domain/pins/identity.ts';
import { VARIANTS } from '../../../domain/pins/variant.ts';

const COMMIT = '0123456789abcdef0123456789abcdef01234567';

describe('the identity of a release', () => {
  it('names the workflows', () => {
    const identity = releaseIdentity('3.5.7', COMMIT);

    expect(releaseWorkflowId(identity)).toBe(`release-3.5.7-${COMMIT}`);
    expect(imageWorkflowId(identity, 'distroless', 'linux/amd64')).toBe(
      `release-3.5.7-${COMMIT}-distroless-linux-amd64`,
    );
  });

  it('names the tags', () => {
    expect(VARIANTS.map((variant) => tagOf('3.5.7', variant))).toEqual([
      '3.5.7',
      '3.5.7-distroless',
      '3.5.7-dev',
    ]);
    const identity = releaseIdentity('3.5.7', COMMIT);
    expect([recordTag(identity), packagesTag(identity)]).toEqual([
      'record-3.5.7-0123456789ab',
      'packages-3.5.7-0123456789ab',
    ]);
  });

  it('reads the tag of a record, and no other', () => {
    const identity = releaseIdentity('3.5.7', COMMIT);
    expect(parseRecordTag(recordTag(identity))).toEqual({ version: '3.5.7', shortCommit: '0123456789ab' });
    const others = [
      newestRecordTag('3.5.7'),
      packagesTag(identity),
      `${recordTag(identity)}0`,
      'record-latest',
    ];
    expect(others.map(parseRecordTag)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('tells the tags of images from those of what is beside them', () => {
    const identity = releaseIdentity('3.5.7', COMMIT);
    const images = VARIANTS.map((variant) => tagOf('3.5.7', variant));
    const beside = [
      recordTag(identity),
      newestRecordTag('3.5.7'),
      packagesTag(identity),
      withdrawalTag({ ...identity, variant: null }),
      withdrawalTag({ ...identity, variant: 'distroless' }),
      `sha256-${'a'.repeat(64)}`,
    ];
    expect(images.filter(isImageTag)).toEqual(images);
    expect(beside.filter(isBookkeepingTag)).toEqual(beside);
    expect([...images, 'latest', 'record-latest', 'packages'].filter(isBookkeepingTag)).toEqual([]);
    expect([...beside, 'latest', '3.5', '3.5.7-rc1', '3.5.7-dev-dev'].filter(isImageTag)).toEqual([]);
  });

  it.each([
    ['3.5', COMMIT, '"3.5" is not a version of the core'],
    ['3.5.7-rc1', COMMIT, '"3.5.7-rc1" is not a version'],
    ['3.5.7', COMMIT.slice(0, 7), '"0123456" is not a commit of 40'],
    ['3.5.7', COMMIT.toUpperCase(), 'is not a commit of 40 lower-case hex digits'],
    ['3.5.7', 'main', '"main" is not a commit'],
  ])('refuses %s at %s', (version, commit, reason) => {
    expect(() => releaseIdentity(version, commit)).toThrow(
      expect.objectContaining({ code: 'FND_BAD_INPUT', message: expect.stringContaining(reason) as string }),
    );
  });
});
