import { join } from 'node:path';
import { FORGE_REPOSITORY } from '../world/layout.ts';

/** The repository the lab's forge holds. The owner's name says that it is a lab. */
export const LAB_REPOSITORY = {
  ...FORGE_REPOSITORY,
  fullName: `${FORGE_REPOSITORY.owner}/${FORGE_REPOSITORY.name}`,
  defaultBranch: 'main',
} as const;

/** Where the forge keeps things. */
export interface ForgePaths {
  /** The folder that `/git/` shows: `<owner>/<repo>.git` below it. */
  readonly root: string;
  /** The bare repository. */
  readonly repository: string;
  /** What the API remembers: pull requests, checks, snapshots, advisories, issues. */
  readonly api: string;
  /** The access tokens; only the owner of the state may read the file. */
  readonly tokens: string;
}

/** The forge's places under a state folder. */
export function forgePaths(stateDir: string): ForgePaths {
  const root = join(stateDir, 'lab', 'forge');
  return {
    root,
    repository: join(root, LAB_REPOSITORY.owner, `${LAB_REPOSITORY.name}.git`),
    api: join(root, 'api'),
    tokens: join(root, 'tokens.json'),
  };
}
