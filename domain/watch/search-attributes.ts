import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import type { SearchAttribute } from '../release/contract.ts';

const EXPOSURE: SearchAttribute = 'Exposure';

/** How it stands with what is published. */
export const EXPOSURE_KEY = defineSearchAttributeKey(EXPOSURE, SearchAttributeType.KEYWORD);
