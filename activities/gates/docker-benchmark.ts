/** A control of the CIS Docker benchmark that a scanner can evaluate on an image, and what evaluates it. */
export interface DockerControl {
  readonly id: string;
  readonly control: string;
  readonly title: string;
  /** A check of Trivy, or what else of its report speaks of it. */
  readonly evidence: string;
}

export const CRITICAL_VULNERABILITIES = 'critical vulnerabilities';
export const CRITICAL_SECRETS = 'secrets';

/** Every control of `docker-cis-1.6.0` that is evaluated. */
export const DOCKER_CONTROLS: readonly DockerControl[] = [
  { id: 'CIS-4.1', control: '4.1', title: 'A user that is not root runs the container', evidence: 'DS-0002' },
  {
    id: 'CIS-4.4',
    control: '4.4',
    title: 'No critical vulnerability is left unpatched',
    evidence: CRITICAL_VULNERABILITIES,
  },
  { id: 'CIS-4.6', control: '4.6', title: 'The image has a health check', evidence: 'DS-0026' },
  {
    id: 'CIS-4.7',
    control: '4.7',
    title: 'No step updates packages without installing any',
    evidence: 'DS-0017',
  },
  { id: 'CIS-4.9', control: '4.9', title: 'No step is an ADD', evidence: 'DS-0005' },
  {
    id: 'CIS-4.10',
    control: '4.10',
    title: 'No secret is in the image or its configuration',
    evidence: CRITICAL_SECRETS,
  },
];

/** The controls that the benchmark leaves to a person. They are not claimed. */
export const MANUAL_DOCKER_CONTROLS = ['4.2', '4.3', '4.5', '4.8', '4.11', '4.12'] as const;
