import { fail, installLine, pass, type Check, type Finding, type Patient } from '../check.ts';

interface Program {
  readonly id: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly debianPackage: string;
  readonly purpose: string;
}

/** Programs of the host that the foundry runs, in the order of the report. */
const PROGRAMS: readonly Program[] = [
  {
    id: 'git',
    file: 'git',
    args: ['--version'],
    debianPackage: 'git',
    purpose: 'pins and releases are commits',
  },
  {
    id: 'bubblewrap',
    file: 'bwrap',
    args: ['--version'],
    debianPackage: 'bubblewrap',
    purpose: 'packages are built inside it',
  },
  {
    id: 'setpriv',
    file: 'setpriv',
    args: ['--version'],
    debianPackage: 'util-linux',
    purpose: 'ends every service together with its supervisor',
  },
  {
    id: 'flock',
    file: 'flock',
    args: ['--version'],
    debianPackage: 'util-linux',
    purpose: 'lets commands that change the same state take turns',
  },
  {
    id: 'prlimit',
    file: 'prlimit',
    args: ['--version'],
    debianPackage: 'util-linux',
    purpose: 'limits the memory of an image that is tested',
  },
  {
    id: 'tar',
    file: 'tar',
    args: ['--version'],
    debianPackage: 'tar',
    purpose: 'unpacks sources and images',
  },
  {
    id: 'gzip',
    file: 'gzip',
    args: ['--version'],
    debianPackage: 'gzip',
    purpose: 'is how tar opens a .tar.gz',
  },
  {
    id: 'apt',
    file: 'apt-get',
    args: ['--version'],
    debianPackage: 'apt',
    purpose: 'fetches packages and sources',
  },
  { id: 'dpkg-deb', file: 'dpkg-deb', args: ['--version'], debianPackage: 'dpkg', purpose: 'opens packages' },
  {
    id: 'cargo',
    file: 'cargo',
    args: ['--version'],
    debianPackage: 'cargo',
    purpose: 'fetches crates that carry OpenSSL sources',
  },
  {
    id: 'unifdef',
    file: 'unifdef',
    args: ['-V'],
    debianPackage: 'unifdef',
    purpose: "computes the FIPS module's source fingerprint",
  },
  {
    id: 'perl',
    file: 'perl',
    args: ['-e', 'printf "perl %vd", $^V'],
    debianPackage: 'perl',
    purpose: 'configures OpenSSL and computes its source fingerprint',
  },
  {
    id: 'openssl',
    file: 'openssl',
    args: ['version'],
    debianPackage: 'openssl',
    purpose: "computes the FIPS module's source fingerprint",
  },
];

/** One check for each program of the host. */
export const PROGRAM_CHECKS: readonly Check[] = PROGRAMS.map((program) => ({
  id: program.id,
  title: program.file,
  run: async (patient: Patient) => await checkProgram(program, patient),
}));

async function checkProgram(program: Program, { host }: Patient): Promise<Finding> {
  const answer = await host.command(program.file, program.args);
  const fix = installLine(host, program.debianPackage);
  if (!answer.found) return fail(`not there; ${program.purpose}`, fix);
  const first = answer.output.split('\n', 1)[0]?.trim() ?? '';
  if (answer.exitCode === 0) return pass(first);
  return fail(
    `does not run (exit code ${answer.exitCode}): ${first}`,
    fix.replace('install', 'install --reinstall'),
  );
}
