import { type Command, InvalidArgumentError } from 'commander';
import { CommitId } from '../../domain/pins/values.ts';
import type { ClientContext } from '../context.ts';
import type { VerifyOptions } from '../verify/verify-settings.ts';
import { PROFILE_OPTION } from './profile-option.ts';

/** `foundry verify`: an image or a release, as a stranger can verify it. */
export function registerVerify(program: Command, context: ClientContext): void {
  program
    .command('verify')
    .description('Verify an image or a release: signatures, provenance, SBOM, self-tests, gates')
    .argument(
      '<image | record>',
      'an image by variant, name or layout folder, or a release by version, commit or latest',
    )
    .option('--trusted-root <file>', 'the Sigstore trusted root (default: the profile’s)')
    .option('--identity <name>', 'who must have signed (default: the profile’s)')
    .option('--issuer <url>', 'who vouches for the identity (default: the profile’s)')
    .option('--name <registry/repository>', 'where it was published, for copies (default: the profile’s)')
    .option('--source <url>', 'the git repository it must be built from (default: the profile’s)')
    .option('--commit <id>', 'the commit it must be built from, 40 hex digits', parseCommit)
    .option('--builder <id>', 'who must have built it (default: the profile’s)')
    .option('--lock <file>', 'the lock that it must be built from, no more and no less')
    .option(...PROFILE_OPTION)
    .addHelpText(
      'after',
      [
        '',
        'No service is asked but the registry, and none for a layout. With --trusted-root, --identity and --issuer no profile is needed.',
        'A tag of ours says which version and variant is expected; a record is verified with every image that it names.',
        '',
        'Exit codes: 0 verified, 5 refused, 6 evidence is missing, 7 the registry gave no answer.',
        '',
        'Examples:',
        '  foundry verify distroless',
        '  foundry verify latest',
        '  foundry verify registry.example/openssl-fips:3.5.7-dev --commit 4f2d0c1b7a9e8d6c5b4a39281706f5e4d3c2b1a0',
        '  foundry verify ./layout --trusted-root root.json --identity https://github.com/… --issuer https://token.actions.githubusercontent.com',
      ].join('\n'),
    )
    .action(async (what: string, options: VerifyOptions) => {
      const { io, environment, signal } = context;
      const { readSettings } = await import('../verify/verify-settings.ts');
      const { runVerify } = await import('../verify/run-verify.ts');
      const { renderVerification } = await import('../verify/render-verification.ts');
      const settings = await readSettings(options, {
        stateFolder: context.directories().state,
        environment,
      });
      const verification = await runVerify({ what, settings, signal });
      const { verdict, parts, refusal } = verification;
      io.result('verification', { verdict, parts, refusal: refusal?.code ?? null }, () =>
        renderVerification(verification, io.colour),
      );
      if (refusal !== undefined) throw refusal;
    });
}

function parseCommit(text: string): string {
  if (CommitId.safeParse(text).success) return text;
  throw new InvalidArgumentError('expected 40 lower-case hex digits');
}
