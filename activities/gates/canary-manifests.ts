import type { ManifestKind } from './manifest-benchmarks.ts';

/** Where the canaries lie beside the manifests of a release, in the same run. */
export const CANARY_FOLDER = 'canary/';

/** Manifests that break every control that we evaluate: a privileged pod of root's on everything of the host, and policies that say nothing. */
export const CANARY_MANIFESTS: Readonly<
  Record<ManifestKind, { readonly path: string; readonly text: string }>
> = {
  workload: {
    path: `${CANARY_FOLDER}pod.yaml`,
    text: `apiVersion: v1
kind: Pod
metadata:
  name: canary
  namespace: kube-system
  annotations:
    container.apparmor.security.beta.kubernetes.io/canary: unconfined
spec:
  automountServiceAccountToken: true
  hostPID: true
  hostIPC: true
  hostNetwork: true
  securityContext:
    runAsGroup: 0
    supplementalGroups: [0]
    sysctls:
      - name: kernel.msgmax
        value: '65536'
    seLinuxOptions:
      type: canary_t
    seccompProfile:
      type: Unconfined
    windowsOptions:
      hostProcess: true
  containers:
    - name: canary
      image: registry.invalid/canary
      ports:
        - containerPort: 80
          hostPort: 80
      securityContext:
        privileged: true
        allowPrivilegeEscalation: true
        runAsNonRoot: false
        runAsUser: 0
        procMount: Unmasked
        seLinuxOptions:
          type: canary_t
        capabilities:
          add: [SYS_ADMIN]
  volumes:
    - name: host
      hostPath:
        path: /
    - name: nfs
      nfs:
        server: canary
        path: /
`,
  },
  NetworkPolicy: {
    path: `${CANARY_FOLDER}network-policy.yaml`,
    text: `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: canary
  namespace: canary
spec:
  policyTypes: [Ingress]
`,
  },
  LimitRange: {
    path: `${CANARY_FOLDER}limit-range.yaml`,
    text: `apiVersion: v1
kind: LimitRange
metadata:
  name: canary
  namespace: canary
spec:
  limits:
    - type: Container
`,
  },
  ResourceQuota: {
    path: `${CANARY_FOLDER}resource-quota.yaml`,
    text: `apiVersion: v1
kind: ResourceQuota
metadata:
  name: canary
  namespace: canary
spec:
  hard:
    pods: '1'
`,
  },
};
