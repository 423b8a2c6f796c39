import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import type { SearchAttribute } from './contract.ts';

/** The search attributes of a release and its images, typed. */
export const COMMIT_KEY = keyword('ReleaseCommit');
export const VERSION_KEY = keyword('ReleaseVersion');
export const STAGE_KEY = keyword('ReleaseStage');
export const VERDICT_KEY = keyword('ReleaseVerdict');
export const VARIANT_KEY = keyword('ReleaseVariant');

function keyword(name: SearchAttribute): ReturnType<typeof defineSearchAttributeKey<'KEYWORD'>> {
  return defineSearchAttributeKey(name, SearchAttributeType.KEYWORD);
}
