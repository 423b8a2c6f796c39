import { availableParallelism } from 'node:os';
import type { BuilderEnvironment } from '../../adapters/sandbox/builder-sandbox.ts';

/** One of the two builders: what differs between them, so that equal bytes mean that none of it matters. */
export interface BuilderProfile {
  readonly name: BuilderName;
  readonly environment: BuilderEnvironment;
  /** How many jobs make runs at once. */
  readonly jobs: number;
}

export const BUILDER_NAMES = ['a', 'b'] as const;
export type BuilderName = (typeof BUILDER_NAMES)[number];

/** The two builders. They differ in path, host name, time zone, locale, file creation mask and job count (contract 4). */
export function builderProfile(name: BuilderName, cores: number = availableParallelism()): BuilderProfile {
  if (name === 'a') {
    return {
      name,
      jobs: cores,
      environment: { path: '/build', hostname: 'builder-a', timeZone: 'UTC0', locale: 'C', umask: 0o022 },
    };
  }
  return {
    name,
    jobs: cores + 1,
    environment: {
      path: '/srv/somewhere/else/second-builder',
      hostname: 'b.builders.example',
      timeZone: 'XYZ-14',
      locale: 'C.UTF-8',
      umask: 0o077,
    },
  };
}

/** The part of a profile that a recipe reads itself, as a file for a POSIX shell. */
export function builderEnvironmentFile({ environment, jobs }: BuilderProfile): string {
  return [
    `export TZ=${environment.timeZone}`,
    `export LC_ALL=${environment.locale}`,
    `export MAKEFLAGS=-j${jobs}`,
    `umask ${environment.umask.toString(8).padStart(4, '0')}`,
    '',
  ].join('\n');
}
