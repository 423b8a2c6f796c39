import { FoundryError, messageOf } from '../../domain/errors.ts';
import { fail, type Check, type CheckResult, type Patient, type Verdict } from './check.ts';
import { PROGRAM_CHECKS } from './checks/programs.ts';
import { LOGIN_CHECK } from './checks/registry-login.ts';
import { RESOURCE_CHECKS } from './checks/resources.ts';
import { RUNTIME_CHECKS } from './checks/runtime.ts';
import { SANDBOX_CHECKS } from './checks/sandbox.ts';
import { SERVICE_CHECKS } from './checks/services.ts';
import { toolChecks } from './checks/tools.ts';

/** What the doctor found: all answers in their fixed order, and the worst of them. */
export interface Diagnosis {
  readonly verdict: Exclude<Verdict, 'skip'>;
  readonly checks: readonly CheckResult[];
}

/** Asks every question, one after the other. A check that itself breaks is a `fail`, never a gap. */
export async function examine(patient: Patient): Promise<Diagnosis> {
  const checks: CheckResult[] = [];
  for (const check of checksFor(patient)) {
    checks.push({ id: check.id, title: check.title, ...(await answerOf(check, patient)) });
  }
  return { verdict: worstOf(checks), checks };
}

/** All questions for this patient, in their fixed order. */
export function checksFor({ tools }: Pick<Patient, 'tools'>): Check[] {
  return [
    ...RUNTIME_CHECKS,
    ...PROGRAM_CHECKS,
    ...SANDBOX_CHECKS,
    ...RESOURCE_CHECKS,
    ...toolChecks(tools),
    ...SERVICE_CHECKS,
    LOGIN_CHECK,
  ];
}

async function answerOf(check: Check, patient: Patient): ReturnType<Check['run']> {
  try {
    return await check.run(patient);
  } catch (error) {
    if (error instanceof FoundryError && error.hint !== undefined) return fail(error.message, error.hint);
    return fail(
      `the check itself broke: ${messageOf(error)}`,
      './foundry doctor --output json, and report it',
    );
  }
}

function worstOf(checks: readonly CheckResult[]): Diagnosis['verdict'] {
  if (checks.some(({ verdict }) => verdict === 'fail')) return 'fail';
  return checks.some(({ verdict }) => verdict === 'warn') ? 'warn' : 'pass';
}
