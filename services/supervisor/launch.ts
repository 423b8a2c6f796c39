import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access, rm } from 'node:fs/promises';
import { isCode, makeFolder } from '../../adapters/files/write-atomic.ts';
import { FoundryError, messageOf } from '../../domain/errors.ts';
import { type ProcessIdentity, identityOf } from './process-identity.ts';
import type { ServiceSpec } from './service-spec.ts';

const SETPRIV = 'setpriv';
const PASSED_ON = ['PATH', 'HOME', 'LANG', 'TMPDIR'] as const;

/** A running process of a service. */
export interface Launched {
  readonly identity: ProcessIdentity;
  /** Resolves when it has ended, with words for how. */
  readonly ended: Promise<string>;
}

/**
 * Starts a service's program in its own process group. The kernel kills it when this process ends, however that happens
 * (PR_SET_PDEATHSIG, set by setpriv(1) before it becomes the program).
 * Throws FND_TOOL_MISSING when the program or setpriv is not there, else FND_SERVICE_FAILED.
 */
export async function launch(spec: ServiceSpec, logDescriptor: number): Promise<Launched> {
  await requireProgram(spec.command);
  const scratch = await emptyScratch(spec);
  const child = spawn(SETPRIV, ['--pdeathsig', 'KILL', '--', spec.command, ...spec.args], {
    stdio: ['ignore', logDescriptor, logDescriptor],
    detached: true,
    env: { ...inherited(), ...scratch, ...spec.env },
  });
  const ended = new Promise<string>((resolve, reject) => {
    child.on('error', (error) => {
      if (isCode(error, 'ENOENT')) reject(setprivMissing(error));
      else resolve(`could not be started: ${messageOf(error)}`);
    });
    child.on('exit', (code, signal) =>
      resolve(signal === null ? `ended with exit code ${code ?? 'unknown'}` : `was killed by ${signal}`),
    );
  });
  const identity = child.pid === undefined ? undefined : identityOf(child.pid);
  if (identity !== undefined) return { identity, ended };
  throw new FoundryError('FND_SERVICE_FAILED', `service ${spec.name} ${await ended}`);
}

/**
 * Ends a launched process and its group: asks with TERM, and after `graceMs` insists with KILL.
 * Resolves when it is gone.
 */
export async function terminate({ identity, ended }: Launched, graceMs: number): Promise<void> {
  signalGroup(identity.pid, 'SIGTERM');
  const insist = setTimeout(() => signalGroup(identity.pid, 'SIGKILL'), graceMs);
  await ended;
  clearTimeout(insist);
  signalGroup(identity.pid, 'SIGKILL');
}

function setprivMissing(cause: unknown): FoundryError {
  return new FoundryError(
    'FND_TOOL_MISSING',
    'there is no setpriv program to tie services to the supervisor',
    {
      hint: 'Install util-linux: `apt-get install util-linux`.',
      cause,
    },
  );
}

function signalGroup(leader: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(-leader, signal);
  } catch {
    // No process of the group is left.
  }
}

/** Makes the temporary folder of a service anew, and returns the variable that names it. */
async function emptyScratch({ scratchFolder }: ServiceSpec): Promise<Record<string, string>> {
  if (scratchFolder === undefined) return {};
  // What a killed process started may end a little later, and still write here.
  await rm(scratchFolder, { recursive: true, force: true, maxRetries: 10 });
  await makeFolder(scratchFolder, 0o700);
  return { TMPDIR: scratchFolder };
}

function inherited(): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const name of PASSED_ON) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }
  return environment;
}

async function requireProgram(path: string): Promise<void> {
  try {
    await access(path, constants.X_OK);
  } catch (cause) {
    throw new FoundryError('FND_TOOL_MISSING', `there is no program ${path}`, {
      hint: 'Run `npm run tools`: it builds what is missing.',
      cause,
    });
  }
}
