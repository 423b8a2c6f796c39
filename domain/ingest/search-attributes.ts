import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import type { SearchAttribute } from '../release/contract.ts';

const OUTCOME: SearchAttribute = 'IngestOutcome';

/** What a run of ingest came to. */
export const OUTCOME_KEY = defineSearchAttributeKey(OUTCOME, SearchAttributeType.KEYWORD);
