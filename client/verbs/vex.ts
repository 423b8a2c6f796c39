import { type Command, InvalidArgumentError, Option } from 'commander';
import { profilePath } from '../../adapters/profile/profile-path.ts';
import { VARIANTS } from '../../domain/pins/variant.ts';
import { VEX_JUSTIFICATIONS, VEX_STATUSES } from '../../domain/pins/versions.ts';
import type { ClientContext } from '../context.ts';
import { meant } from '../output/suggest-choices.ts';
import type { ChangedStatements, VexCall } from '../vex/statements.ts';
import { PROFILE_OPTION } from './profile-option.ts';

interface ProfileOption {
  readonly profile?: string;
}

interface AddOptions extends ProfileOption {
  readonly status: string;
  readonly justification?: string;
  readonly reason: string;
  readonly expires: string;
  readonly owner?: string;
  readonly variant?: readonly string[];
}

/** `foundry vex`: what persons state about vulnerabilities, which is the only way for a known one to pass the gate. */
export function registerVex(program: Command, context: ClientContext): void {
  const vex = program
    .command('vex')
    .description('State that a known vulnerability does no harm: the only way for it to pass the gate')
    .addHelpText(
      'after',
      `
Examples:
  foundry vex add CVE-2026-12345 --status not_affected --justification vulnerable_code_not_in_execute_path \\
    --reason "nothing in the images calls it" --expires 2026-12-31
  foundry vex list
  foundry vex remove CVE-2026-12345`,
    );
  registerAdd(vex, context);
  vex
    .command('list', { isDefault: true })
    .description('Show what the newest commit states')
    .option(...PROFILE_OPTION)
    .addHelpText('after', '\nExamples:\n  foundry vex list\n  foundry vex list --output json')
    .action(async ({ profile }: ProfileOption) => {
      const { listStatements } = await import('../vex/statements.ts');
      const listed = await listStatements(callOf(context, profile));
      const { renderStatements } = await import('../vex/render-statements.ts');
      context.io.result('vex', listed, () => renderStatements(listed));
    });
  vex
    .command('remove')
    .description('Take a statement back, in a commit of its own')
    .argument('<cve>', 'the id of the CVE')
    .option(...PROFILE_OPTION)
    .addHelpText('after', '\nExamples:\n  foundry vex remove CVE-2026-12345')
    .action(async (cve: string, { profile }: ProfileOption) => {
      const { removeStatement } = await import('../vex/statements.ts');
      const removed = await removeStatement(callOf(context, profile), cve);
      context.io.result(
        'vex',
        removed,
        () => `committed as ${removed.commit}: nothing is stated about ${cve}`,
      );
    });
}

function registerAdd(vex: Command, context: ClientContext): void {
  vex
    .command('add')
    .description('State something about a vulnerability, in a commit of its own')
    .argument('<cve>', 'the id of the CVE')
    .addOption(
      new Option(
        '--status <status>',
        'in the words of OpenVEX; not_affected and fixed let it pass, the others are only published',
      )
        .choices(VEX_STATUSES)
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--justification <why>', 'why it is not affected, with that status alone').choices(
        VEX_JUSTIFICATIONS,
      ),
    )
    .requiredOption('--reason <text>', 'why, in words; with the status affected: what users should do')
    .requiredOption('--expires <day>', 'the last day, in UTC, on which it holds, as YYYY-MM-DD')
    .option('--owner <name>', 'who answers for it (default: you, as user@host)')
    .option('--variant <variant>', 'which images it is for, may be repeated (default: all)', collectVariant)
    .option(...PROFILE_OPTION)
    .addHelpText(
      'after',
      `
Examples:
  foundry vex add CVE-2026-12345 --status not_affected --justification vulnerable_code_not_present \\
    --reason "the images are built without it" --expires 2026-12-31 --owner name@example.com
  foundry vex add CVE-2026-12345 --status affected --reason "keep it away from strangers" \\
    --expires 2026-12-31 --variant standard --variant development`,
    )
    .action(async (cve: string, { profile, owner, variant, ...given }: AddOptions) => {
      const { addStatement } = await import('../vex/statements.ts');
      const { whoAsks } = await import('../release/who.ts');
      const added = await addStatement(callOf(context, profile), {
        cve,
        ...given,
        owner: owner ?? whoAsks(context.environment),
        ...(variant === undefined ? {} : { variants: variant }),
      });
      context.io.result('vex', added, () => additionText(added, given));
    });
}

function callOf(context: ClientContext, profile: string | undefined): VexCall {
  const { environment, signal } = context;
  return {
    profile: profilePath(context.directories().state, environment, profile),
    signal,
    now: new Date(),
  };
}

function collectVariant(text: string, before: readonly string[] = []): readonly string[] {
  if (!VARIANTS.some((variant) => variant === text))
    throw new InvalidArgumentError(`Allowed choices are ${VARIANTS.join(', ')}.${meant(text, VARIANTS)}`);
  return [...new Set([...before, text])];
}

function additionText(added: ChangedStatements, { status, expires }: AddOptions): string {
  const what = `${added.cve} is stated ${status} until ${expires}`;
  return `${placeOf(added)}: ${what}; a release of that commit signs it and attaches it`;
}

function placeOf({ commit, pullRequest }: ChangedStatements): string {
  return pullRequest === null ? `committed as ${commit}` : `proposed as ${pullRequest}`;
}
