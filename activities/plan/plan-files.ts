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
