export const BLUEPRINT_FOLDER = 'images/';

const INFRASTRUCTURE = [
  /^images\//,
  /^deploy\//,
  /^\.github\/workflows\//,
  /^(?:docker-)?compose(?:\.[^/]+)?\.ya?ml$/,
  /(?:^|\/)Dockerfile(?:\.[^/]+)?$|\.Dockerfile$/,
];

/** Whether a file is infrastructure: what stage 0 audits. */
export function isInfrastructure(path: string): boolean {
  return INFRASTRUCTURE.some((pattern) => pattern.test(path));
}

const DEPENDENCIES = [/^package-lock\.json$/, /^tools\/[^/]+\/go\.mod$/];

/** Whether a file says what the foundry itself depends on: it is told to the forge's dependency graph, and has no say in what is built. */
export function isDependencyFile(path: string): boolean {
  return DEPENDENCIES.some((pattern) => pattern.test(path));
}
