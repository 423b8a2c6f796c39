import type { ApkVersion } from '../../../adapters/apk/version.ts';
import { type Dependency, isWithin, readProvided } from './dependency.ts';
import { type Choosable, compareOffers, type Offer, type Offers, namesOf } from './offers.ts';

/** A dependency, and who has it: `bash 5.3-r2`, `the roots`. */
export interface Need {
  readonly dependency: Dependency;
  readonly by: string;
}

/** What to choose from, and for whom. */
export interface ChoiceOrder {
  readonly offers: Offers;
  /** Packages that are there anyway. */
  readonly present: readonly Choosable[];
  readonly roots: readonly Need[];
  /** What else must hold from the beginning. */
  readonly bounds: readonly Need[];
  /** The same for packages of the name alone, and not for those that provide it. */
  readonly holds: readonly Need[];
  /** What a package depends on. */
  needsOf(record: Choosable): readonly Need[];
}

/** Where the choice came to its end. */
interface DeadEnd {
  readonly need: Need;
  readonly reason: string;
}

/** The packages that are chosen, each name once, or where it was not possible. */
export type Chosen =
  | { readonly records: readonly Choosable[]; readonly deadEnd?: undefined }
  | { readonly deadEnd: DeadEnd };

/**
 * Chooses packages by the procedure of apko 1.2 (`pkg/apk/apk/repo.go`), so that from the same index the same packages come: first
 * for each root, the one with the fewest answers first; then for what each of them depends on, depth first, again by the fewest
 * answers. Whoever is chosen rules out all others that answer to a name it provides, unless both provide it without a version;
 * whoever is looked at rules out what its bounds and conflicts exclude. Nothing is taken back.
 *
 * It is greedy, so what comes out need not be closed: see {@link findTrouble}.
 */
export function choose(order: ChoiceOrder): Chosen {
  try {
    return { records: new Choice(order).run() };
  } catch (error) {
    if (error instanceof Blocked) return { deadEnd: error.deadEnd };
    throw error;
  }
}

class Blocked extends Error {
  readonly deadEnd: DeadEnd;

  constructor(deadEnd: DeadEnd) {
    super(deadEnd.reason);
    this.deadEnd = deadEnd;
  }
}

/** What is known while the dependencies of one root are chosen. */
interface Company {
  readonly chosen: Map<string, Choosable>;
  readonly origins: Map<string, ApkVersion>;
  /** The packages whose dependencies are being chosen, from the root on. */
  readonly path: Set<string>;
}

const ALONE = { chosen: new Map(), origins: new Map() };

class Choice {
  readonly #order: ChoiceOrder;
  readonly #ruledOut = new Map<Choosable, string>();
  /** Who answers to a name from now on. Only a package that needed another one is in here. */
  readonly #settled = new Map<string, Choosable>();
  readonly #chosen = new Map<string, Choosable>();
  readonly #origins = new Map<string, ApkVersion>();
  readonly #found = new Map<string, Choosable>();

  constructor(order: ChoiceOrder) {
    this.#order = order;
  }

  run(): Choosable[] {
    const { present, roots, bounds, holds } = this.#order;
    this.#hold(holds);
    this.#constrain([...bounds, ...roots]);
    for (const record of present) this.#putIn(record);
    const wanted = roots.filter(({ dependency }) => !dependency.isConflict);
    this.#chooseRoots(wanted);
    for (const record of present) this.#take(record);
    for (const root of wanted) this.#take(this.#best(root, this.#answers(root), ALONE));
    return [...this.#found.values()];
  }

  #hold(holds: readonly Need[]): void {
    for (const { dependency, by } of holds) {
      for (const { record, isByName } of this.#order.offers.of(dependency.name)) {
        if (isByName && !isWithin(record.version, dependency)) {
          this.#ruleOut(record, `${by} needs ${dependency.text}`);
        }
      }
    }
  }

  #putIn(record: Choosable): void {
    for (const { record: other, isByName } of this.#order.offers.of(record.name)) {
      if (isByName && other !== record) this.#ruleOut(other, `${nameOf(record)} comes from elsewhere`);
    }
    this.#choose(record);
    this.#ruleOutRivals(record);
  }

  #choose(record: Choosable): void {
    this.#chosen.set(record.name, record);
    addOrigin(this.#origins, record);
  }

  #chooseRoots(roots: readonly Need[]): void {
    let left = roots;
    while (left.length > 0) {
      const options = left.map((need) => ({ need, answers: this.#answers(need) }));
      const { need, answers } = options.reduce((a, b) => (b.answers.length < a.answers.length ? b : a));
      const record = this.#best(need, answers, ALONE);
      this.#choose(record);
      this.#ruleOutRivals(record);
      left = left.filter(({ dependency }) => dependency.text !== need.dependency.text);
    }
  }

  #take(record: Choosable): void {
    const company: Company = {
      chosen: new Map(this.#chosen),
      origins: new Map(this.#origins),
      path: new Set(),
    };
    for (const one of [...this.#dependenciesOf(record, company), record]) {
      if (!this.#found.has(one.name)) this.#found.set(one.name, one);
      if (!this.#chosen.has(one.name)) this.#choose(one);
    }
  }

  #dependenciesOf(record: Choosable, company: Company): Choosable[] {
    if (company.path.has(record.name)) return [];
    const needs = this.#order.needsOf(record);
    this.#constrain(needs);
    const own = new Set([...namesOf(record)].map(([name]) => name));
    const found: Choosable[] = [];
    let open = needs.filter(({ dependency }) => !dependency.isConflict);
    for (;;) {
      const options = open
        .filter((need) => !this.#isMetBy(record, own, need) && !this.#isSettled(need))
        .map((need) => ({ need, answers: this.#answers(need) }));
      const [first, ...more] = options;
      if (first === undefined) return found;
      const { need, answers } = more.reduce(fewer, first);
      open = options.map((option) => option.need).filter((one) => one !== need);
      const best = this.#best(need, answers, company);
      this.#ruleOutRivals(best);
      this.#settle(record, need);
      company.path.add(record.name);
      const below = this.#dependenciesOf(best, company);
      company.path.delete(record.name);
      for (const one of below) {
        found.push(one);
        company.chosen.set(one.name, one);
        addOrigin(company.origins, one);
      }
      found.push(best);
    }
  }

  /** Whether a package itself answers a need of its own; for what it provides, apko does not look at the bound. */
  #isMetBy(record: Choosable, own: ReadonlySet<string>, { dependency }: Need): boolean {
    if (dependency.name === record.name) return isWithin(record.version, dependency);
    return own.has(dependency.name);
  }

  /** For what a package provides, apko looks whether the version is that of the bound, else at the version of the package. */
  #isSettled(need: Need): boolean {
    const { name, bound } = need.dependency;
    const record = this.#settled.get(name);
    if (record === undefined) return false;
    if (bound === undefined || isWithin(record.version, need.dependency)) return true;
    const exactly = { ...need.dependency, bound: { ...bound, operator: '=' as const } };
    for (const [provided, { version }] of namesOf(record)) {
      if (provided === name && isWithin(version, exactly)) return true;
    }
    throw this.#blocked(need, `${nameOf(record)} is in the closure`);
  }

  #settle(record: Choosable, need: Need): void {
    const there = this.#settled.get(record.name);
    if (there === record) return;
    if (there !== undefined) throw this.#blocked(need, rivalry(record, there, record.name));
    this.#settled.set(record.name, record);
    for (const [name, { version, isByName }] of namesOf(record)) {
      if (isByName) continue;
      const rival = this.#settled.get(name);
      if (rival !== undefined) throw this.#blocked(need, rivalry(record, rival, name));
      if (version !== undefined) this.#settled.set(name, record);
    }
  }

  #constrain(needs: readonly Need[]): void {
    for (const { dependency, by } of needs) {
      if (!dependency.isConflict && dependency.bound === undefined) continue;
      for (const offer of this.#order.offers.of(dependency.name)) {
        const { record, version } = offer;
        if (dependency.isConflict) {
          // The package that refuses is not spared: apko does not take it again either, if somebody needs it later.
          if (isTakenFor(offer, dependency)) {
            this.#ruleOut(record, `${by} refuses ${dependency.text.slice(1)}`);
          }
        } else if (version !== undefined && !isWithin(version, dependency)) {
          this.#ruleOut(record, `${by} needs ${dependency.text}`);
        }
      }
    }
  }

  #ruleOutRivals(record: Choosable): void {
    for (const [name, { version, isByName }] of namesOf(record)) {
      if (isByName) continue;
      for (const rival of this.#order.offers.of(name)) {
        if (rival.record === record || (version === undefined && rival.version === undefined)) continue;
        this.#ruleOut(rival.record, `${nameOf(record)} provides ${name}`);
      }
    }
  }

  #ruleOut(record: Choosable, reason: string): void {
    if (!this.#ruledOut.has(record)) this.#ruledOut.set(record, reason);
  }

  #answers(need: Need): Offer[] {
    const answers = this.#order.offers
      .of(need.dependency.name)
      .filter((offer) => !this.#ruledOut.has(offer.record) && isTakenFor(offer, need.dependency));
    if (answers.length === 0) throw this.#blocked(need, this.#onOffer(need));
    return answers;
  }

  #best(need: Need, answers: readonly Offer[], company: Pick<Company, 'chosen' | 'origins'>): Choosable {
    const [first, ...more] = answers;
    if (first === undefined) throw this.#blocked(need, 'nothing offers it');
    return more.reduce((a, b) => (compareOffers(b, a, company) < 0 ? b : a), first).record;
  }

  #onOffer({ dependency, by }: Need): string {
    const need = `${by} needs ${dependency.text}`;
    const offered = this.#order.offers.of(dependency.name).map(({ record }) => {
      const reason = this.#ruledOut.get(record);
      return `${nameOf(record)}${reason === undefined || reason === need ? '' : ` (ruled out: ${reason})`}`;
    });
    return offered.length === 0 ? 'nothing offers it' : `on offer: ${offered.join(', ')}`;
  }

  #blocked(need: Need, reason: string): Blocked {
    return new Blocked({ need, reason: `${need.by} needs ${need.dependency.text}; ${reason}` });
  }
}

interface Option {
  readonly need: Need;
  readonly answers: readonly Offer[];
}

/** Whether apko takes an offer to be within a bound: any version that the package has or provides will do, whatever its name. */
function isTakenFor({ record }: Offer, dependency: Dependency): boolean {
  if (isWithin(record.version, dependency)) return true;
  return record.provides.some((text) => isWithin(readProvided(text).version, dependency));
}

function fewer(a: Option, b: Option): Option {
  const order =
    b.answers.length - a.answers.length || (b.need.dependency.text < a.need.dependency.text ? -1 : 1);
  return order < 0 ? b : a;
}

function addOrigin(origins: Map<string, ApkVersion>, { origin, version }: Choosable): void {
  if (origin !== '') origins.set(origin, version);
}

function rivalry(record: Choosable, there: Choosable, name: string): string {
  return `${nameOf(record)} and ${nameOf(there)} both answer to ${name}`;
}

function nameOf({ name, version }: Choosable): string {
  return `${name} ${version}`;
}
