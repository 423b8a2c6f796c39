import type { Mutant, ProgramName } from './mutant.ts';

/** Each check of a program that never ends costs all of this, so that not every group is asked. */
const ENDLESS = { patience: { command: 1000, interview: 1000 }, groups: ['FIPS-POST', 'FIPS-DIG'] } as const;

function command(name: string, program: ProgramName, wrong: string, more: Partial<Mutant> = {}): Mutant {
  return {
    name,
    wrong,
    variant: 'distroless',
    entries: { 'usr/bin/openssl': { program } },
    seenBy: ['looks', 'commands'],
    ...more,
  };
}

function probe(name: string, program: ProgramName, wrong: string, more: Partial<Mutant> = {}): Mutant {
  return { name, wrong, variant: 'distroless', probe: program, seenBy: ['questions'], ...more };
}

/** Silent passes: programs that do nothing, and that a suite would take for good that looks only at half of what comes out. */
export const PROGRAM_MUTANTS: readonly Mutant[] = [
  command('openssl-silent', 'silent', 'the command says nothing and ends well', {
    variant: 'standard',
  }),
  command(
    'openssl-refusing',
    'refusing',
    'the command says nothing and refuses everything: exit codes alone look strict',
  ),
  command('openssl-repeating', 'repeating', 'the command repeats its arguments and ends well'),
  command('openssl-crashing', 'crashing', 'the command ends by a signal'),
  command('openssl-hanging', 'hanging', 'the command never ends', ENDLESS),
  command('openssl-flooding', 'flooding', 'the command never stops talking', ENDLESS),
  {
    ...command('openssl-another-tool', 'silent', 'another tool has the name of the command'),
    entries: { 'usr/bin/openssl': { copy: 'usr/bin/fips-healthcheck' } },
  },
  {
    ...command('openssl-of-development', 'silent', 'there is a second command, which is found first'),
    entries: { 'usr/local/bin/openssl': { program: 'silent' } },
  },
  {
    ...command('health-check-lying', 'healthy', 'the health check says that all is well, whatever is'),
    entries: { 'usr/bin/fips-healthcheck': { program: 'healthy' } },
  },
  {
    ...command('health-check-silent', 'silent', 'the health check says nothing and ends well'),
    entries: { 'usr/bin/fips-healthcheck': { program: 'silent' } },
  },
  {
    ...command(
      'library-preloaded',
      'preloaded',
      'a library gets into every process and answers for the random generator',
    ),
    entries: {
      'etc/ld.so.preload': '/usr/lib/libpreloaded.so\n',
      'usr/lib/libpreloaded.so': { program: 'preloaded' },
    },
    seenBy: ['looks', 'commands', 'questions'],
  },
  {
    name: 'nothing-at-all',
    wrong: 'the image is empty',
    variant: 'development',
    entries: { empty: '' },
    isBare: true,
    seenBy: ['looks', 'commands', 'questions', 'vectors'],
  },
  probe('probe-agreeing', 'agreeing', 'the probe answers every question with ok'),
  probe('probe-mirroring', 'mirroring', 'the probe answers every question with the question'),
  probe('probe-silent', 'silent', 'the probe says nothing and ends well'),
  probe('probe-hanging', 'hanging', 'the probe never ends', ENDLESS),
  probe('probe-flooding', 'flooding', 'the probe never stops talking', ENDLESS),
];
