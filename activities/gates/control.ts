import type { Check } from '../../domain/release/check.ts';
import type { FoundWaiver } from '../../domain/pins/policy.ts';
import { judgeWaiver } from './waived.ts';

/** What came of one control of a benchmark: it holds, it does not, or nobody looked. */
export type ControlOutcome =
  | { readonly kind: 'holds'; readonly words: string }
  | { readonly kind: 'broken'; readonly words: string }
  | { readonly kind: 'not-evaluated'; readonly words: string };

/** The checks of the controls of a benchmark, and those of them that pass by a waiver. */
export interface ControlChecks {
  readonly checks: readonly Check[];
  readonly waived: readonly string[];
}

/** A check for each control; only what is broken can be waived, never what nobody looked at. */
export function controlChecks(
  controls: readonly { readonly id: string; readonly title: string; readonly outcome: ControlOutcome }[],
  waivers: readonly FoundWaiver[],
): ControlChecks {
  const waived: string[] = [];
  const checks = controls.map(({ id, title, outcome: { kind, words } }): Check => {
    if (kind === 'holds') return { id, title, verdict: 'pass', detail: words };
    if (kind === 'not-evaluated') return { id, title, verdict: 'not-run', detail: words };
    const waiver = judgeWaiver(waivers, id);
    if (waiver.mayPass) waived.push(id);
    return { id, title, verdict: waiver.mayPass ? 'pass' : 'fail', detail: `${words}. ${waiver.words}` };
  });
  return { checks, waived };
}

/** Why the controls of a report are not those that we know, one reason each; none when they are. */
export function unknownControls(reported: readonly string[], known: readonly string[]): string[] {
  const lost = known.filter((id) => !reported.includes(id));
  const added = reported.filter((id) => !known.includes(id));
  return [
    ...(lost.length > 0 ? [`its report lacks the controls ${lost.join(', ')}`] : []),
    ...(added.length > 0 ? [`its report has the controls ${added.join(', ')}, which we do not know`] : []),
  ];
}
