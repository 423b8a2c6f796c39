import type { CheckDefinition, ImageFacts, Overlay } from '../../activities/selftest/check-definition.ts';
import type { Examined } from '../../activities/selftest/answers.ts';

/** A way to make a check false: what it does to the image, to the check's sabotage, or to what is expected. */
export interface Mutant {
  readonly name: string;
  readonly apply: (
    definition: CheckDefinition,
    examined: Examined,
  ) => { readonly definition: CheckDefinition; readonly examined: Examined };
}

const MODULE = '/usr/lib/ossl-modules/fips.so';

/** In the order they are tried, the ones first that say most about a check. */
export const MUTANTS: readonly Mutant[] = [
  changingCommands('nothing is corrupted', (argv) => without(argv, '-corrupt_type').map(misspelt)),
  changingCommands('nothing is asked for', (argv) => without(without(argv, '-propquery'), '-provider')),
  changing('the sabotage is left out', ({ overlays: _overlays, env: _env, ...rest }) => rest),
  changing('the default provider serves', (definition) => ({
    ...definition,
    env: { ...definition.env, OPENSSL_CONF: '/dev/null' },
  })),
  changing('the module is changed', laidOver({ target: MODULE, change: { flip: 'middle' } })),
  changing('the module is cut in half', laidOver({ target: MODULE, change: { keep: 'half' } })),
  expecting('another module was built', { provider: '0'.repeat(64), moduleMac: '00' }),
  expecting('another core was built', { coreVersion: '3.5.0' }),
  changing('the command is empty', laidOver({ target: '/usr/bin/openssl', change: { keep: 'nothing' } })),
];

function changing(name: string, change: (definition: CheckDefinition) => CheckDefinition): Mutant {
  return { name, apply: (definition, examined) => ({ definition: change(definition), examined }) };
}

function changingCommands(name: string, change: (argv: readonly string[]) => readonly string[]): Mutant {
  const changed = (probe: CheckDefinition['probes'][number]): typeof probe =>
    !('run' in probe) || typeof probe.run === 'string' ? probe : { ...probe, run: change(probe.run) };
  return changing(name, (definition) => {
    const [first, ...others] = definition.probes;
    return { ...definition, probes: [changed(first), ...others.map(changed)] };
  });
}

function expecting(name: string, facts: Partial<ImageFacts>): Mutant {
  return {
    name,
    apply: (definition, examined) => ({
      definition,
      examined: { ...examined, facts: { ...examined.facts, ...facts } },
    }),
  };
}

function laidOver(overlay: Overlay): (definition: CheckDefinition) => CheckDefinition {
  return (definition) => ({ ...definition, overlays: [...(definition.overlays ?? []), overlay] });
}

/** The arguments without an option and its value. */
function without(argv: readonly string[], option: string): readonly string[] {
  return argv.filter((word, index) => word !== option && argv[index - 1] !== option);
}

function misspelt(word: string, index: number, argv: readonly string[]): string {
  return argv[index - 1] === '-corrupt_desc' ? 'NO_SUCH_TEST' : word;
}
