import type { Need } from './choice.ts';
import { answersTo, type Choosable, collectOffers, type Offers, namesOf } from './offers.ts';

/** What is wrong with a set of packages. */
export interface Trouble {
  /** What is not met, if something is. */
  readonly need: Need | undefined;
  readonly reason: string;
}

/**
 * What keeps packages from being a closure: a need that none of them meets, a conflict, or two of them that both answer to a
 * name with a version. Undefined when nothing does. The rules are those of apk, whoever chose the packages.
 */
export function findTrouble(
  records: readonly Choosable[],
  needs: readonly Need[],
  needsOf: (record: Choosable) => readonly Need[],
): Trouble | undefined {
  const offers = collectOffers(records);
  for (const need of needs) {
    const trouble = troubleWith(need, offers);
    if (trouble !== undefined) return trouble;
  }
  for (const record of records) {
    for (const need of needsOf(record)) {
      const trouble = troubleWith(need, offers, record);
      if (trouble !== undefined) return trouble;
    }
    const rivalry = rivalryOf(record, offers);
    if (rivalry !== undefined) return { need: undefined, reason: rivalry };
  }
  return undefined;
}

function troubleWith(need: Need, offers: Offers, self?: Choosable): Trouble | undefined {
  const { dependency, by } = need;
  const answers = answersTo(offers, dependency);
  if (dependency.isConflict) {
    const against = answers.find(({ record }) => record !== self);
    if (against === undefined) return undefined;
    const subject = `${by} refuses ${dependency.text.slice(1)}`;
    return { need: undefined, reason: `${subject}, and ${nameOf(against.record)} is in the closure` };
  }
  if (answers.length > 0) return undefined;
  const there = offers.of(dependency.name).map(({ record }) => nameOf(record));
  const instead = there.length === 0 ? 'nothing in the closure is' : `${there.join(', ')} is in the closure`;
  return { need, reason: `${by} needs ${dependency.text}, and ${instead}` };
}

function rivalryOf(record: Choosable, offers: Offers): string | undefined {
  for (const [name, { version }] of namesOf(record)) {
    if (version === undefined) continue;
    const rival = offers.of(name).find((other) => other.record !== record && other.version !== undefined);
    if (rival !== undefined) return `${nameOf(record)} and ${nameOf(rival.record)} both answer to ${name}`;
  }
  return undefined;
}

function nameOf({ name, version }: Choosable): string {
  return `${name} ${version}`;
}
