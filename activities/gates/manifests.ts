import { type Document, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { FoundryError, messageOf } from '../../domain/errors.ts';
import type { Variant } from '../../domain/pins/variant.ts';
import type { ManifestKind } from './manifest-benchmarks.ts';

/** Where the manifests of a release lie beside the canaries, in the same run. */
const RELEASE_FOLDER = 'release/';
const MANIFESTS = 'deploy/kubernetes/';
/** What stands in a manifest until an image has a digest. */
const PLACEHOLDER = `registry.invalid/openssl-fips@sha256:${'0'.repeat(64)}`;

/** How a container asks for its image and its user. */
const Container = z.looseObject({
  name: z.string(),
  image: z.string(),
  securityContext: z.looseObject({ runAsUser: z.int().optional() }).optional(),
});
const PodSpec = z.looseObject({
  securityContext: z.looseObject({ runAsUser: z.int().optional() }).optional(),
  containers: z.array(Container).min(1),
  initContainers: z.array(Container).default([]),
});
const Manifest = z.looseObject({
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
});

const WORKLOADS = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job'];
const OTHERS = [
  'Namespace',
  'LimitRange',
  'ResourceQuota',
  'NetworkPolicy',
  'ServiceAccount',
  'PodDisruptionBudget',
  'Service',
  'ConfigMap',
];

/** One object of the manifests, in a file of its own, so that the scanner speaks of it alone. */
export interface ManifestObject {
  /** Where the scanner sees it. */
  readonly path: string;
  readonly kind: string;
  readonly about: ManifestKind | undefined;
  readonly namespace: string;
  /** As the commit has it: the same for every image, so that a scanner need look once. */
  readonly text: string;
  readonly containers: readonly ManifestContainer[];
}

/** What a manifest says of a container. */
interface ManifestContainer {
  readonly name: string;
  /** With the image of a release in the place that is left for it. */
  readonly image: string;
  readonly user: number | undefined;
}

/** Whether a file of a commit says how a variant is run: in the folder of the variant, or for all variants above it. */
export function isManifestFor(variant: Variant, path: string): boolean {
  if (!path.startsWith(MANIFESTS)) return false;
  const below = path.slice(MANIFESTS.length);
  return !below.includes('/') || below.startsWith(`${variant}/`);
}

/**
 * The objects of manifests, texts by path, for an image of a release.
 * Throws FND_BAD_DATA for what is not YAML, no object of Kubernetes, or of a kind that we do not know how to judge.
 */
export function readManifests(files: ReadonlyMap<string, string>, image: string): ManifestObject[] {
  return [...files]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([path, text]) =>
      documentsIn(text, path).map((document, position) => objectOf(document, image, path, position)),
    );
}

function documentsIn(text: string, path: string): Document[] {
  const parsed = parseAllDocuments(text);
  const documents = Array.isArray(parsed) ? parsed : [];
  const [error] = documents.flatMap(({ errors, warnings }) => [...errors, ...warnings]);
  if (error !== undefined) throw notOne(path, messageOf(error));
  if (documents.length === 0) throw notOne(path, 'it holds nothing');
  return documents;
}

function objectOf(document: Document, image: string, path: string, position: number): ManifestObject {
  const where = `${path}, object ${position + 1}`;
  const value: unknown = document.toJS();
  const { kind, metadata } = parse(Manifest, value, where);
  if (!WORKLOADS.includes(kind) && !OTHERS.includes(kind))
    throw notOne(where, `objects of the kind ${kind} are not known here`);
  const file = path.slice(MANIFESTS.length).replaceAll(/[^A-Za-z0-9]+/g, '-');
  return {
    path: `${RELEASE_FOLDER}${file}-${position + 1}-${kind}.yaml`,
    kind,
    about: aboutOf(kind),
    namespace: metadata.namespace ?? (kind === 'Namespace' ? metadata.name : 'default'),
    text: String(document),
    containers: WORKLOADS.includes(kind) ? containersIn(value, image, where) : [],
  };
}

function aboutOf(kind: string): ManifestKind | undefined {
  if (WORKLOADS.includes(kind)) return 'workload';
  return (['NetworkPolicy', 'LimitRange', 'ResourceQuota'] as const).find((known) => known === kind);
}

function containersIn(value: unknown, released: string, where: string): ManifestContainer[] {
  const workload = z.looseObject({ spec: z.looseObject({ template: z.looseObject({ spec: PodSpec }) }) });
  const { spec } = parse(workload, value, where).spec.template;
  return [...spec.containers, ...spec.initContainers].map(({ name, image, securityContext }) => ({
    name,
    image: image.replaceAll(PLACEHOLDER, released),
    user: securityContext?.runAsUser ?? spec.securityContext?.runAsUser,
  }));
}

function parse<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw notOne(where, z.prettifyError(parsed.error));
}

function notOne(where: string, reason: string): FoundryError {
  return new FoundryError('FND_BAD_DATA', `${where} is not a manifest that we know: ${reason}`);
}
