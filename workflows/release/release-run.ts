import { upsertMemo, upsertSearchAttributes, setCurrentDetails } from '@temporalio/workflow';
import type { StageOutcome } from '../../domain/release/check.ts';
import { STATUS_MEMO } from '../../domain/release/contract.ts';
import type { ReleaseInput } from '../../domain/release/plan.ts';
import { STAGE_KEY, VERDICT_KEY } from '../../domain/release/search-attributes.ts';
import { type Stage, STAGES } from '../../domain/release/stage.ts';
import type {
  Attestation,
  Part,
  Problem,
  ReleasedImage,
  ReleaseStatus,
  StageStatus,
} from '../../domain/release/status.ts';
import { problemOf, requirePass } from './problem-of.ts';
import { statusTable } from './status-table.ts';

/** How long the memo may lag behind parts that end. */
const PART_PAUSE_MS = 2000;

/** What one release has come to. What has ended is published, so that it can be read with no worker up. */
export class ReleaseRun {
  readonly #status: ReleaseStatus;
  /** What it can be found by now: each change is an event of the history. */
  #found = '';
  #publishedAt = 0;

  constructor({ version, commit }: ReleaseInput) {
    this.#status = {
      schemaVersion: 1,
      version,
      commit,
      state: 'running',
      stages: STAGES.map((stage) => ({
        stage,
        state: 'pending',
        attempts: 0,
        startedAt: null,
        seconds: null,
        parts: [],
      })),
      images: [],
      approval: null,
      waiting: null,
      aborted: null,
    };
  }

  get status(): ReleaseStatus {
    return this.#status;
  }

  /** The stage that was begun last. */
  get stage(): Stage {
    return this.#status.stages.findLast(({ state }) => state !== 'pending')?.stage ?? 'audit';
  }

  /** Begins a stage, or begins it again. */
  begin(stage: Stage): void {
    const entry = this.#entry(stage);
    entry.state = 'running';
    entry.attempts += 1;
    entry.startedAt ??= now();
    entry.parts = [];
    this.#status.state = 'running';
    this.#status.waiting = null;
    this.#publish();
  }

  /** Ends a stage. */
  end(stage: Stage, state: 'pass' | 'fail' | 'not-run'): void {
    const entry = this.#entry(stage);
    entry.state = state;
    entry.seconds = secondsSince(entry.startedAt);
    this.#publish();
  }

  /**
   * Does a piece of a stage, and says how it went. `told` gives what came out: checks, which must all pass, or words. Throws what the
   * work throws, and a failure for an outcome that did not pass.
   */
  async part<T>(
    stage: Stage,
    name: string,
    work: () => Promise<T>,
    told: (result: T) => StageOutcome | string,
  ): Promise<T> {
    const began = now();
    const part: Part = { name, state: 'running', seconds: null, detail: null, outcome: null };
    this.#entry(stage).parts.push(part);
    this.#show();
    try {
      const result = await work();
      const said = told(result);
      part.seconds = secondsSince(began);
      if (typeof said === 'string') part.detail = said;
      else part.outcome = said;
      part.state = typeof said === 'string' ? 'pass' : said.verdict;
      if (typeof said !== 'string') requirePass(said);
      return result;
    } catch (error) {
      if (part.state === 'running') part.state = 'not-run';
      part.seconds ??= secondsSince(began);
      part.detail ??= problemOf(error).message;
      throw error;
    } finally {
      this.#publishPart();
    }
  }

  /** Says where an image is from now on: in quarantine, or where readers find it. */
  placed(image: ReleasedImage): void {
    const others = this.#status.images.filter((other) => !isSameImage(other, image));
    this.#status.images = [...others, image];
    this.#publishPart();
  }

  /** Says that claims about an image were signed and attached to it. The same claim, signed again, takes the place of the one before. */
  attested(image: ImageName, attestations: readonly Attestation[]): void {
    const entry = this.#status.images.find((one) => isSameImage(one, image));
    if (entry === undefined) throw new Error(`there is no ${image.variant} image for ${image.platform}`);
    const isSigned = ({ predicateType, suite }: Attestation): boolean =>
      attestations.some((one) => one.predicateType === predicateType && one.suite === suite);
    entry.attestations = [...entry.attestations.filter((one) => !isSigned(one)), ...attestations];
    this.#publishPart();
  }

  /** What is claimed about an image so far. */
  attestationsOf(image: ImageName): readonly Attestation[] {
    return this.#status.images.find((one) => isSameImage(one, image))?.attestations ?? [];
  }

  /** Says that a person approved. */
  approved(approval: NonNullable<ReleaseStatus['approval']>): void {
    this.#status.approval = approval;
    this.goOn('publish');
  }

  /** Says that what was waited for came. */
  goOn(stage: Stage): void {
    this.#entry(stage).state = 'running';
    this.#status.state = 'running';
    this.#status.waiting = null;
    this.#publish();
  }

  /** Says that a stage waits for an operator. */
  wait(stage: Stage, problem: Problem, until: number): void {
    this.#entry(stage).state = 'waiting';
    this.#status.state = 'waiting';
    this.#status.waiting = { stage, problem, until: new Date(until).toISOString() };
    this.#publish();
  }

  /** Says that the release is being taken back. */
  abort(aborted: NonNullable<ReleaseStatus['aborted']>, state: 'aborting' | 'aborted'): void {
    if (state === 'aborting')
      this.end(aborted.stage, aborted.problem.code === 'not-run' ? 'not-run' : 'fail');
    this.#status.state = state;
    this.#status.waiting = null;
    this.#status.aborted = aborted;
    if (state === 'aborted') this.#status.images = [];
    this.#publish();
  }

  /** The record as it will be when the last stage passes: what is signed before it can be said. */
  record(): ReleaseStatus {
    const stages = this.#status.stages.map((entry) =>
      entry.state === 'pass'
        ? entry
        : { ...entry, state: 'pass' as const, seconds: secondsSince(entry.startedAt) },
    );
    return { ...this.#status, state: 'completed', stages };
  }

  /** Says that all stages passed, and returns the record. */
  complete(): ReleaseStatus {
    this.#status.state = 'completed';
    this.#publish();
    return this.#status;
  }

  #entry(stage: Stage): StageStatus {
    const entry = this.#status.stages.find((one) => one.stage === stage);
    if (entry === undefined) throw new Error(`there is no stage ${stage}`);
    return entry;
  }

  /** Parts end in quick succession, and each time the whole status goes into the history: what is left out comes with the next. */
  #publishPart(): void {
    if (Date.now() - this.#publishedAt < PART_PAUSE_MS) this.#show();
    else this.#publish();
  }

  #publish(): void {
    this.#publishedAt = Date.now();
    const found = `${this.stage} ${this.#status.state}`;
    if (found !== this.#found) {
      this.#found = found;
      upsertSearchAttributes([
        { key: STAGE_KEY, value: this.stage },
        { key: VERDICT_KEY, value: this.#status.state },
      ]);
    }
    upsertMemo({ [STATUS_MEMO]: this.#status });
    this.#show();
  }

  /** For those who ask a worker. What begins is not worth an event of the history. */
  #show(): void {
    setCurrentDetails(statusTable(this.#status));
  }
}

type ImageName = Pick<ReleasedImage, 'variant' | 'platform'>;

function isSameImage(a: ImageName, b: ImageName): boolean {
  return a.variant === b.variant && a.platform === b.platform;
}

function now(): string {
  return new Date().toISOString();
}

function secondsSince(moment: string | null): number | null {
  return moment === null ? null : (Date.now() - Date.parse(moment)) / 1000;
}
