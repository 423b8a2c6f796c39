/** The services the foundry brings along, in the order people read them. */
export const EMBEDDED_SERVICES = [
  'temporal',
  'registry',
  'oidc',
  'ct',
  'timestamp-authority',
  'rekor',
  'fulcio',
  'worker-control',
  'worker-build',
  'worker-sign',
] as const;

export type EmbeddedService = (typeof EMBEDDED_SERVICES)[number];

/** Names that `--only` takes for several services at once. */
export const SERVICE_GROUPS: Readonly<Record<string, readonly EmbeddedService[]>> = {
  sigstore: ['oidc', 'ct', 'timestamp-authority', 'rekor', 'fulcio'],
  workers: ['worker-control', 'worker-build', 'worker-sign'],
};

/** The ports each service listens on, by the name under which they are kept and chosen. */
export const SERVICE_PORTS = {
  temporal: ['temporal', 'temporal-ui', 'temporal-http', 'temporal-metrics'],
  registry: ['registry'],
  oidc: ['oidc'],
  ct: ['ct'],
  'timestamp-authority': ['timestamp-authority'],
  rekor: ['rekor', 'rekor-grpc', 'rekor-metrics'],
  fulcio: ['fulcio'],
  'worker-control': ['worker-control'],
  'worker-build': ['worker-build'],
  'worker-sign': ['worker-sign'],
} as const satisfies Record<EmbeddedService, readonly string[]>;

export type PortName = (typeof SERVICE_PORTS)[EmbeddedService][number];

/** Every port name there is. */
export const PORT_NAMES: readonly PortName[] = EMBEDDED_SERVICES.flatMap((name) => SERVICE_PORTS[name]);

/** Whether the text names a port. */
export function isPortName(text: string): text is PortName {
  return (PORT_NAMES as readonly string[]).includes(text);
}

/** Whether the text names an embedded service. */
export function isEmbeddedService(text: string): text is EmbeddedService {
  return (EMBEDDED_SERVICES as readonly string[]).includes(text);
}

/** Whether the service is a worker of the foundry, and not one of those that it works with. */
export function isWorker(name: EmbeddedService): boolean {
  return SERVICE_GROUPS['workers']?.includes(name) === true;
}

/** Whether the service is part of the private Sigstore. */
export function isSigstore(name: EmbeddedService): boolean {
  return SERVICE_GROUPS['sigstore']?.includes(name) === true;
}
