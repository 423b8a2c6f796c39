import type { Benchmark } from '../../adapters/trivy/scan.ts';

/** What a control is about: only there can it hold. */
export type ManifestKind = 'workload' | 'NetworkPolicy' | 'LimitRange' | 'ResourceQuota';

/** A control that can be evaluated on manifests, and the check of Trivy that does. */
export interface ManifestControl {
  readonly control: string;
  readonly check: string;
  readonly about: ManifestKind;
  readonly title: string;
  /** Set where the benchmark itself names a check that Trivy no longer has, so that its list of controls can never speak against it. */
  readonly isOwnChoice?: true;
}

/** A benchmark on manifests. */
export interface ManifestBenchmark {
  readonly gate: 'nsa-cisa' | 'pss-restricted';
  readonly name: Benchmark;
  /** Before each control in the id of its check. */
  readonly prefix: string;
  readonly controls: readonly ManifestControl[];
  /** Controls that a person must judge or that need a cluster. They are not claimed. */
  readonly notClaimed: readonly string[];
}

const on = (
  control: string,
  check: string,
  title: string,
  about: ManifestKind = 'workload',
): ManifestControl => ({
  control,
  check,
  about,
  title,
});

/** The Kubernetes hardening guidance of NSA and CISA, as far as manifests can show it. */
export const NSA_CISA: ManifestBenchmark = {
  gate: 'nsa-cisa',
  name: 'k8s-nsa-1.0',
  prefix: 'NSA',
  controls: [
    on('1.0', 'KSV-0012', 'Containers do not run as root'),
    on('1.1', 'KSV-0014', 'The root file system is read-only'),
    on('1.2', 'KSV-0017', 'No container is privileged'),
    on('1.3', 'KSV-0008', 'No IPC namespace is shared with the host'),
    on('1.4', 'KSV-0009', 'The network of the host is not used'),
    on('1.5', 'KSV-0010', 'No process namespace is shared with the host'),
    // The benchmark names KSV-0029, which Trivy no longer has: nothing looks, and the control seems to hold.
    { ...on('1.6', 'KSV-0116', 'No membership in the group of root'), isOwnChoice: true },
    on('1.7', 'KSV-0001', 'Privileges cannot be escalated'),
    on('1.8', 'KSV-0002', 'The AppArmor profile is that of the runtime'),
    on('1.9', 'KSV-0030', 'The seccomp profile is that of the runtime'),
    on('1.10', 'KSV-0030', 'The seccomp profile is that of the runtime'),
    on('1.11', 'KSV-0036', 'No service account token is mounted'),
    on('1.12', 'KSV-0037', 'Nothing is in the namespace kube-system'),
    on('2.0', 'KSV-0038', 'Network policies select their pods', 'NetworkPolicy'),
    on('4.0', 'KSV-0040', 'The namespace has a quota of resources', 'ResourceQuota'),
    on('4.1', 'KSV-0039', 'The namespace has limits of resources', 'LimitRange'),
  ],
  notClaimed: ['3.0', '5.0', '5.1', '6.0', '6.1', '6.2', '7.0', '7.1', '8.0', '8.1', '8.2'],
};

/** The restricted Pod Security Standard of Kubernetes. */
export const PSS_RESTRICTED: ManifestBenchmark = {
  gate: 'pss-restricted',
  name: 'k8s-pss-restricted-0.1',
  prefix: 'PSS',
  controls: [
    on('1', 'KSV-0103', 'No Windows host process'),
    on('2', 'KSV-0008', 'No namespace of the host'),
    on('3', 'KSV-0017', 'No container is privileged'),
    on('4', 'KSV-0022', 'No capability is added'),
    on('5', 'KSV-0023', 'No path of the host is mounted'),
    on('6', 'KSV-0024', 'No port of the host is used'),
    on('7', 'KSV-0002', 'The AppArmor profile is that of the runtime'),
    on('8', 'KSV-0025', 'No SELinux options of its own'),
    on('9', 'KSV-0027', '/proc is masked as usual'),
    on('10', 'KSV-0104', 'A seccomp profile is set'),
    on('11', 'KSV-0026', 'No unsafe sysctl'),
    on('12', 'KSV-0028', 'Only volumes of the allowed types'),
    on('13', 'KSV-0001', 'Privileges cannot be escalated'),
    on('14', 'KSV-0012', 'Containers must not run as root'),
    on('15', 'KSV-0105', 'The user is not 0'),
    on('16', 'KSV-0030', 'The seccomp profile is that of the runtime'),
    on('17', 'KSV-0106', 'All capabilities are dropped'),
  ],
  notClaimed: [],
};
