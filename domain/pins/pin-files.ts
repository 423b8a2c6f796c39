/** What a person decides, in the root of a commit. */
export const VERSIONS_FILE = 'versions.hcl';
/** Every byte that follows from it, beside it. */
export const LOCK_FILE = 'versions.lock.json';
