import type { WorldReleases } from './world-releases.ts';
import type { Parameters } from './openapi/contract.ts';
import type { Links } from './represent/links.ts';
import type { RateState } from './rate-limit.ts';
import type { Store } from './store.ts';

/** Who asks; undefined when nobody said. */
export interface Viewer {
  readonly login: string;
  readonly scope: 'read' | 'write';
}

/** A request after authentication and validation by GitHub's description. */
export interface ApiRequest {
  readonly parameters: Parameters;
  readonly body: unknown;
  readonly viewer: Viewer | undefined;
  /** The viewer's rate limit as it is now. */
  readonly rate: RateState;
  /** Addresses of the repository that is asked about. */
  readonly links: Links;
  /** The whole address, for links to other pages of a list. */
  readonly url: URL;
}

export interface Answer {
  readonly status: number;
  /** JSON data; undefined for an answer without a body. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What endpoints work with. */
export interface ForgeContext {
  /** The bare git repository. */
  readonly repository: string;
  readonly store: Store;
  readonly releases: WorldReleases;
  readonly now: () => Date;
}

/** One operation of GitHub's API. */
export interface Endpoint {
  /** `METHOD /path/{parameter}` exactly as GitHub's description has it. */
  readonly operation: string;
  /** `public`: anyone may ask; `read`: any token; `write`: a token that may write. */
  readonly access: 'public' | 'read' | 'write';
  /** Which repositories it exists for: the foundry's own, or also the upstream one. */
  readonly on: 'lab' | 'every';
  readonly handle: (request: ApiRequest, forge: ForgeContext) => Promise<Answer>;
}
