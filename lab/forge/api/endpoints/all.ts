import type { Endpoint } from '../endpoint.ts';
import { checkEndpoints } from './checks.ts';
import { contentEndpoints } from './contents.ts';
import { dependencyGraphEndpoints } from './dependency-graph.ts';
import { gitObjectEndpoints } from './git-objects.ts';
import { gitRefEndpoints } from './git-refs.ts';
import { issueEndpoints } from './issues.ts';
import { metaEndpoints } from './meta.ts';
import { pullEndpoints } from './pulls.ts';
import { releaseEndpoints } from './releases.ts';
import { securityAdvisoryEndpoints } from './security-advisories.ts';
import { statusEndpoints } from './statuses.ts';

/** Every operation of GitHub's API that the lab offers. */
export const ALL_ENDPOINTS: readonly Endpoint[] = [
  ...metaEndpoints,
  ...releaseEndpoints,
  ...contentEndpoints,
  ...gitObjectEndpoints,
  ...gitRefEndpoints,
  ...pullEndpoints,
  ...checkEndpoints,
  ...statusEndpoints,
  ...dependencyGraphEndpoints,
  ...securityAdvisoryEndpoints,
  ...issueEndpoints,
];
