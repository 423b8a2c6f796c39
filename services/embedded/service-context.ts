import type { ToolName } from '../../adapters/toolchain/tool-names.ts';
import type { Directories } from '../../adapters/directories/directories.ts';
import type { ServicePaths } from '../service-paths.ts';
import type { PortName } from './names.ts';

/** What the definition of an embedded service may use. */
export interface ServiceContext {
  readonly directories: Directories;
  readonly paths: ServicePaths;
  readonly tools: { path(name: ToolName): string };
  /** The port with this name; it has been chosen before. */
  readonly port: (name: PortName) => number;
}
