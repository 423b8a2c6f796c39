import { type Bump, IngestPlan } from '../../../domain/ingest/plan.ts';

const BUMP: Bump = {
  kind: 'package',
  name: 'zlib',
  from: '1.3.1-r0',
  to: '1.3.1-r1',
  reason: 'newer',
  fixes: [],
  since: '2026-05-20T08:00:00.000Z',
  purposes: ['standard', 'development'],
  notes: null,
};

/** A plan with one of everything. */
export const SAMPLE_PLAN: IngestPlan = IngestPlan.parse({
  schemaVersion: 1,
  commit: 'c'.repeat(40),
  bumps: [
    {
      ...BUMP,
      kind: 'core',
      name: 'core',
      from: '3.5.6',
      to: '3.5.7',
      reason: 'security',
      fixes: ['CVE-2026-0001', 'CVE-2026-0002'],
      since: '2026-06-09T12:00:00.000Z',
      notes: 'https://example.com/openssl/openssl/releases/tag/openssl-3.5.7',
    },
    {
      ...BUMP,
      kind: 'base-image',
      name: 'registry.example.com/chainguard/wolfi-base:latest',
      from: `sha256:${'a'.repeat(64)}`,
      to: `sha256:${'b'.repeat(64)}`,
    },
    BUMP,
    { ...BUMP, name: 'libnew', from: null, to: '1-r0', reason: 'needed', purposes: ['development'] },
    { ...BUMP, name: 'libold', to: null, since: null, reason: 'no-longer-needed' },
  ],
  waiting: [
    {
      bump: { ...BUMP, name: 'bash', from: '5.3-r2', to: '5.3-r3', since: '2026-06-09T08:00:00.000Z' },
      why: 'cooldown',
      until: '2026-06-12T08:00:00.000Z',
      detail: 'it fixes nothing that is not taken, and is younger than the cooldown of the policy',
    },
    {
      bump: { ...BUMP, name: 'glibc', from: '2.43-r0', to: '2.43-r1' },
      why: 'hold',
      until: '2026-07-01T23:59:59Z',
      detail: 'held by me@example.com: it breaks the self-tests',
    },
  ],
  alarms: [
    {
      id: 'certificate-4985-ends-2026-10-01',
      title: 'Certificate 4985 ends on 2026-10-01',
      detail: 'CMVP certificate 4985 is active until then.',
    },
  ],
  rebuilds: ['core', 'standard', 'distroless', 'development'],
  verified: ['base-image: signed by somebody', 'packages: 40 packages, each signature and checksum verified'],
});
