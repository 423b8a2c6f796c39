import { LOCK_FILE, VERSIONS_FILE } from '../../domain/pins/pin-files.ts';
import { fileKind, isKicsKind } from '../audit/file-kinds.ts';

/** Where the blueprints of a commit are. */
export const BLUEPRINT_FOLDER = 'images/';

/** What images are made from; everything else that counts judges them, or tells of them. */
export const MAKES_IMAGES = [VERSIONS_FILE, LOCK_FILE, BLUEPRINT_FOLDER];

/** Folders of which every file counts: what the audit has no name for, it refuses there. */
const FOLDERS = [BLUEPRINT_FOLDER, 'deploy/', '.github/workflows/'];

/** Whether a file of a commit is infrastructure: what stage 0 audits. Pins and lock aside, nothing else has a say in a release. */
export function isInfrastructure(path: string): boolean {
  return FOLDERS.some((folder) => path.startsWith(folder)) || isKicsKind(fileKind(path));
}

const DEPENDENCIES = [/^package-lock\.json$/, /^tools\/[^/]+\/go\.mod$/];

/** Whether a file says what the foundry itself depends on: it is told to the forge's dependency graph, and has no say in what is built. */
export function isDependencyFile(path: string): boolean {
  return DEPENDENCIES.some((pattern) => pattern.test(path));
}
