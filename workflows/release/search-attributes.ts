import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import type { SearchAttribute } from '../../domain/release/contract.ts';

const keyword = (name: SearchAttribute) => defineSearchAttributeKey(name, SearchAttributeType.KEYWORD);

export const COMMIT = keyword('ReleaseCommit');
export const VERSION = keyword('ReleaseVersion');
export const STAGE = keyword('ReleaseStage');
export const VERDICT = keyword('ReleaseVerdict');
export const VARIANT = keyword('ReleaseVariant');
