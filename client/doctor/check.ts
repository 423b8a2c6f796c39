import type { Directories } from '../../adapters/directories/directories.ts';
import type { Host } from '../../adapters/host/host.ts';
import type { ToolName } from '../../adapters/toolchain/tool-names.ts';
import type { ToolEntry } from '../../adapters/toolchain/tools-file.ts';

/** `skip` means that the question makes no sense now, and says why; it is never a quiet pass. */
export type Verdict = 'pass' | 'warn' | 'fail' | 'skip';

/** What a check found. `fix` is the line that makes it well; every `fail` has one. */
export type Finding =
  | { readonly verdict: 'pass'; readonly detail: string }
  | { readonly verdict: 'warn' | 'fail'; readonly detail: string; readonly fix: string }
  | { readonly verdict: 'skip'; readonly detail: string; readonly fix?: string };

/** One answer of the doctor. Ids and their order are stable: scripts read them. */
export interface CheckResult {
  readonly id: string;
  readonly title: string;
  readonly verdict: Verdict;
  readonly detail: string;
  readonly fix?: string;
}

/** One question of the doctor. */
export interface Check {
  readonly id: string;
  readonly title: string;
  run(patient: Patient): Promise<Finding>;
}

/** The embedded services, in the order of the report. */
export type ServiceGroup = 'temporal' | 'registry' | 'sigstore';

/** A server that should answer: a URL, or `127.0.0.1:port`. */
interface ServiceEndpoint {
  readonly name: string;
  readonly address: string;
}

/** The servers of each group; a group that was not started is left out. */
export type StartedServices = Readonly<Partial<Record<ServiceGroup, readonly ServiceEndpoint[]>>>;

/** A login to the registry of the profile that went well. */
export interface LoginTrial {
  readonly host: string;
  /** The file of the credentials. */
  readonly file: string;
  /** Whether the registry wanted to know who we are at all. */
  readonly isAsked: boolean;
}

/** Everything the checks look at. */
export interface Patient {
  readonly host: Host;
  readonly directories: Directories;
  /** The folder of this checkout. */
  readonly root: string;
  /** The pinned Go release and tools. */
  readonly goVersion: string;
  readonly tools: readonly ToolEntry[];
  /** The binary of a tool, or undefined when it is not built. */
  readonly toolPath: (name: ToolName) => string | undefined;
  readonly services: () => Promise<StartedServices>;
  /** Undefined where no profile names credentials; an error says why it did not go well. */
  readonly registryLogin: () => Promise<LoginTrial | undefined>;
}

export function pass(detail: string): Finding {
  return { verdict: 'pass', detail };
}

export function warn(detail: string, fix: string): Finding {
  return { verdict: 'warn', detail, fix };
}

export function fail(detail: string, fix: string): Finding {
  return { verdict: 'fail', detail, fix };
}

export function skip(detail: string, fix?: string): Finding {
  return fix === undefined ? { verdict: 'skip', detail } : { verdict: 'skip', detail, fix };
}

/** The line that installs Debian packages, for the person who runs the doctor. */
export function installLine(host: Host, ...packages: readonly string[]): string {
  return `${host.isRoot ? '' : 'sudo '}apt-get install --yes ${packages.join(' ')}`;
}
