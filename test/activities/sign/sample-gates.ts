import type { ArtifactStore } from '../../../adapters/store/artifact-store.ts';
import { storeOutcome } from '../../../adapters/store/store-outcome.ts';
import type { Artifact } from '../../../domain/artifact.ts';
import { sha256 } from '../../../domain/digest.ts';
import type { Gate } from '../../../domain/evidence/gate.ts';
import type { Finding, GateResult } from '../../../domain/evidence/gate-result.ts';
import type { Check, StageOutcome } from '../../../domain/release/check.ts';

const MOMENT = '2026-11-22T12:00:00.000Z';

/** A CVE that the sample pins state something harmless about, for the standard image. */
export const STATED = 'CVE-2026-0002';

/** A check that passed. */
export function check(id: string, verdict: Check['verdict'] = 'pass'): Check {
  return { id, title: `the check ${id}`, verdict, detail: 'what was seen' };
}

/** A scan in which {@link STATED} was found, and passed. */
export const PASSED_BY_STATEMENT: Partial<GateResult> = {
  checks: [check('CANARY'), check('DATABASE'), check(STATED), check(`${STATED}.openssl-fips-provider`)],
  waived: [STATED, `${STATED}.openssl-fips-provider`],
  findings: [
    finding('openssl', '3.5.7-r0', 'stated'),
    finding('openssl-fips-provider', '3.1.2-r0', 'stated'),
    finding('bash', '5.3-r2', 'not-affected'),
  ],
};

function finding(name: string, version: string, state: Finding['state']): Finding {
  return { id: STATED, package: name, version, fixedVersion: null, severity: 'high', state, reason: 'known' };
}

/** Stores the result of a gate, and gives what the activity returns. */
export async function gated(
  store: ArtifactStore,
  gate: Gate,
  image: GateResult['image'],
  changes: Partial<GateResult> = {},
): Promise<{ outcome: StageOutcome; result: Artifact }> {
  const result: GateResult = {
    schemaVersion: 1,
    gate,
    variant: 'standard',
    platform: 'linux/amd64',
    image,
    checks: [check('CANARY'), check('DATABASE')],
    waived: [],
    scanner: { name: 'trivy', version: '0.70.0', sha256: sha256('trivy') },
    databases: [
      { uri: 'registry.example/trivy-db:2', sha256: sha256('database'), updatedAt: '2026-11-22T06:00:00Z' },
    ],
    findings: [],
    startedAt: MOMENT,
    finishedAt: MOMENT,
    raw: [artifactOf('raw')],
    ...changes,
  };
  const outcome = await storeOutcome(store, result.checks);
  return { outcome, result: await store.put(Buffer.from(JSON.stringify(result)), 'application/json') };
}

/** What an artifact with some text would be; it is in no store. */
export function artifactOf(text: string): Artifact {
  return { digest: sha256(text), size: text.length, mediaType: 'application/json' };
}
