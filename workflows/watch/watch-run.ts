import { upsertMemo, upsertSearchAttributes } from '@temporalio/workflow';
import { STATUS_MEMO } from '../../domain/release/contract.ts';
import type { Problem } from '../../domain/release/status.ts';
import { EXPOSURE_KEY } from '../../domain/watch/search-attributes.ts';
import type { Watched, WatchStatus } from '../../domain/watch/status.ts';
import type { Artifact } from '../../domain/artifact.ts';

/** What one look has come to: readable with no worker up as soon as it has looked. */
export class WatchRun {
  #watched: Watched | null = null;
  #status: Omit<WatchStatus, 'watched'> = {
    schemaVersion: 1,
    startedAt: now(),
    endedAt: null,
    record: null,
    told: null,
    ingest: null,
  };

  /** Says what was seen. */
  looked(watched: Watched, record: Artifact | null): void {
    this.#watched = watched;
    this.#status = { ...this.#status, record };
    upsertSearchAttributes([{ key: EXPOSURE_KEY, value: watched.exposure }]);
    this.#publish();
  }

  /** Says what the forge was told. */
  told(said: string): void {
    this.#status = { ...this.#status, told: said };
  }

  /** Says what became of asking for a fix. */
  asked(ingest: NonNullable<WatchStatus['ingest']>): void {
    this.#status = { ...this.#status, ingest };
  }

  /** Says that something that follows from the look could not be done. What was seen stays. */
  failed(what: string, { code, message }: Problem): void {
    if (this.#watched === null) return;
    const problem = { what, digest: null, code, message };
    this.#watched = { ...this.#watched, problems: [...this.#watched.problems, problem] };
  }

  /** Ends it. */
  end(): WatchStatus {
    this.#status = { ...this.#status, endedAt: now() };
    return this.#publish();
  }

  #publish(): WatchStatus {
    const status = { ...this.#status, watched: this.#watched };
    upsertMemo({ [STATUS_MEMO]: status });
    return status;
  }
}

function now(): string {
  return new Date().toISOString();
}
