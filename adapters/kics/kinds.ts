/** The kinds of files that we have KICS look at, by KICS's own names, and where its queries for each are. */
export const KICS_KINDS = {
  CICD: 'cicd',
  DockerCompose: 'dockerCompose',
  Dockerfile: 'dockerfile',
  Kubernetes: 'k8s',
} as const;
export type KicsKind = keyof typeof KICS_KINDS;

/** From the mildest to the worst. */
export const KICS_SEVERITIES = ['trace', 'info', 'low', 'medium', 'high', 'critical'] as const;
export type KicsSeverity = (typeof KICS_SEVERITIES)[number];
