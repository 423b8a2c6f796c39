import { FoundryError } from '../errors.ts';
import { patchHcl } from '../hcl/patch.ts';
import type { PlainObject } from '../hcl/plain.ts';
import { isOver } from './policy.ts';
import { readVersions } from './read-versions.ts';
import { CveId, Vex, type Versions } from './versions.ts';

/** What a person states about a vulnerability, as it was given: nothing of it is believed yet. */
export interface GivenStatement {
  readonly cve: string;
  readonly status: string;
  readonly justification?: string;
  readonly owner: string;
  readonly reason: string;
  readonly expires: string;
  /** Which variants it is for; all when left out. */
  readonly variants?: readonly string[];
}

/**
 * The text of `versions.hcl` with one more statement, every other byte as it was. Throws FND_BAD_INPUT for what is no statement, holds no
 * more, is of a variant that is not released, or is of a CVE that is stated already; FND_BAD_PINS for a text that is not one.
 */
export function addVex(text: string, file: string, { cve, ...given }: GivenStatement, now: Date): string {
  const versions = readVersions(text, file);
  const value = readStatement(given);
  requireNew(versions, parseCve(cve));
  if (isOver(value.expires, now)) {
    throw new FoundryError(
      'FND_BAD_INPUT',
      `--expires ${value.expires} is over, so nothing would be stated`,
      {
        hint: 'Name the day on which somebody must look at it again.',
      },
    );
  }
  const unknown = (value.variants ?? []).filter((one) => !versions.variants.includes(one));
  if (unknown.length > 0)
    throw new FoundryError('FND_BAD_INPUT', `${file} releases no ${unknown.join(', ')}`);
  const patched = patchHcl(text, [{ op: 'add-block', path: ['vex', cve], value: attributesOf(value) }], file);
  readVersions(patched, file);
  return patched;
}

/** The text of `versions.hcl` without the statement on a CVE. Throws FND_BAD_INPUT when there is none, FND_BAD_PINS. */
export function removeVex(text: string, file: string, cve: string): string {
  if (readVersions(text, file).vex[parseCve(cve)] === undefined)
    throw new FoundryError('FND_BAD_INPUT', `${file} states nothing about ${cve}`, {
      hint: '`./foundry vex list` shows what is stated.',
    });
  const patched = patchHcl(text, [{ op: 'remove-block', path: ['vex', cve] }], file);
  readVersions(patched, file);
  return patched;
}

/** The statement that was given. Throws FND_BAD_INPUT that names every option that is wrong. */
function readStatement(given: Omit<GivenStatement, 'cve'>): Vex {
  const parsed = Vex.safeParse({
    ...given,
    owner: given.owner.normalize('NFC'),
    reason: given.reason.normalize('NFC'),
  });
  if (parsed.success) return parsed.data;
  const reasons = parsed.error.issues.map(({ path, message }) => `--${String(path[0])}: ${message}`);
  throw new FoundryError('FND_BAD_INPUT', reasons.join('; '), {
    hint: '`./foundry vex add --help` tells what can be stated.',
  });
}

function parseCve(cve: string): string {
  if (CveId.safeParse(cve).success) return cve;
  throw new FoundryError(
    'FND_BAD_INPUT',
    `${JSON.stringify(cve)} is not the id of a CVE, such as CVE-2026-12345`,
  );
}

function requireNew({ vex }: Versions, cve: string): void {
  const there = vex[cve];
  if (there === undefined) return;
  const { status, owner, expires } = there;
  throw new FoundryError(
    'FND_BAD_INPUT',
    `${cve} is stated already: ${status}, by ${owner} until ${expires}`,
    {
      hint: `Take that back first: \`./foundry vex remove ${cve}\`.`,
    },
  );
}

/** In the order in which people read them. */
function attributesOf({ variants, status, justification, owner, reason, expires }: Vex): PlainObject {
  return {
    ...(variants === undefined ? {} : { variants }),
    status,
    ...(justification === undefined ? {} : { justification }),
    owner,
    reason,
    expires,
  };
}
