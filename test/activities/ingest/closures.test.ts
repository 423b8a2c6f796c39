import { expect, it } from 'vitest';
import { resolveClosures } from '../../../activities/ingest/closures.ts';
import { parseIndexRecords } from '../../../adapters/apk/index-record.ts';
import { SAMPLE, samplePins } from '../../domain/pins/sample-pins.ts';
import { NOW } from './fake-run.ts';

const OFFERED = ['bash 5.3-r2', 'bash 5.3-r3', 'binutils 2.46-r0', 'binutils 2.46-r1', 'gcc 15.2.0-r1'];
const PINNED = SAMPLE.replace('"libcrypto3" = "3.6.3-r0"', '"binutils" = "2.46-r0"').replace(
  'roots    = ["gcc"]',
  'roots    = ["binutils", "gcc"]',
);

/** As an index says it; all images need a C library. */
const INDEX = [...OFFERED, 'glibc 2.43-r0']
  .map((text) => text.split(' '))
  .map(
    ([name, version]) =>
      `C:Q1${'A'.repeat(27)}=\nP:${name}\nV:${version}\nA:x86_64\nS:1\nI:1\np:so:lib${name}=1\n`,
  )
  .join('\n')
  .replace('so:libglibc=1', 'so:libc.so.6=6');

function pinsWith(build: 'follow' | 'keep'): ReturnType<typeof resolveClosures>['pins'] {
  const versions = samplePins(PINNED.replace('growth   = 10', `growth   = 10\n    build    = "${build}"`));
  const indexes = new Map([['linux/amd64' as const, parseIndexRecords(INDEX, 'the index')]]);
  return resolveClosures(versions, indexes, new Map(), NOW).pins;
}

it('takes the newest for images and for the build environment, where it follows the repository', () => {
  expect(pinsWith('follow')).toMatchObject({
    standard: { bash: '5.3-r3' },
    build: { binutils: '2.46-r1', gcc: '15.2.0-r1' },
  });
});

it('leaves the build environment as it is pinned, where policy keeps it', () => {
  expect(pinsWith('keep')).toMatchObject({
    standard: { bash: '5.3-r3' },
    build: { binutils: '2.46-r0', gcc: '15.2.0-r1' },
  });
});
