import { describe, expect, inject, test } from 'vitest';
import { readBytes } from '../../adapters/store/read-bytes.ts';
import { GATES } from '../../domain/evidence/gate.ts';
import { GateResult } from '../../domain/evidence/gate-result.ts';
import { VARIANTS } from '../../domain/pins/variant.ts';
import { LAB_OTHER_LINE_CVE } from '../../lab/advisories/advisory.ts';
import { readAnswer, ReleasedLab } from './foundry.ts';

const lab = new ReleasedLab(inject('state'));
const released = readAnswer(inject('released'));

describe.each(VARIANTS)('the gates of %s', (variant) => {
  test.each(GATES)('%s passed, with its canary, on this very image', async (gate) => {
    const { parts } = released.status.stages.find(({ stage }) => stage === 'gates') ?? { parts: [] };
    const part = parts.find(({ name }) => name === `${gate}: ${variant} (linux/amd64)`);
    if (part?.outcome == null) throw new Error(`${gate} has no outcome`);
    const bytes = await readBytes(lab.store, part.outcome.evidence);
    const result = GateResult.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
    const image = released.status.images.find((one) => one.variant === variant);
    expect(result).toMatchObject({ gate, variant, image: image?.digest });
    expect(result.checks.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
    expect(result.checks.map(({ id }) => id)).toContainEqual(expect.stringMatching(/-CANARY$/));
    expect(result.findings.map(({ id, state }) => [id, state])).toEqual(
      gate === 'vulnerabilities' ? [[LAB_OTHER_LINE_CVE, 'not-affected']] : [],
    );
    for (const raw of result.raw) expect(await lab.store.has(raw.digest)).toBe(true);
  });
});
