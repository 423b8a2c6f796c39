import { readFile, stat } from 'node:fs/promises';
import { Checklist } from '../../activities/verify/checklist.ts';
import { REQUIREMENTS } from '../../activities/verify/requirement.ts';
import { platformsOf } from '../../activities/verify/platforms-of.ts';
import { lookAtRecord, lookAtRecorded } from '../../activities/verify/verify-record.ts';
import { examineImage } from '../../activities/verify/verify-image.ts';
import { ifThere } from '../../adapters/files/if-there.ts';
import { openLayout } from '../../adapters/oci-layout/layout-reader.ts';
import { openRegistry } from '../../adapters/registry/registry.ts';
import type { ReadableImage } from '../../adapters/sigstore/read-attached.ts';
import { FoundryError, messageOf } from '../../domain/errors.ts';
import { EXIT_CODES } from '../../domain/exit-codes.ts';
import type { Platform, Variant } from '../../domain/pins/variant.ts';
import type { Check } from '../../domain/release/check.ts';
import type { ReleasedImage } from '../../domain/release/status.ts';
import {
  digestOf,
  meaningOfTag,
  newestPublished,
  type PublishedPlace,
  readRecordBundle,
} from './find-published.ts';
import type { VerifySettings } from './verify-settings.ts';
import { type Meant, parseMeant, type RecordWord } from './what-is-meant.ts';

/** One thing that was looked at: an image, or a record. */
export interface VerifiedPart {
  /** What a reader calls it. */
  readonly name: string;
  readonly checks: readonly Check[];
}

/** What a verification came to. */
export interface Verification {
  readonly verdict: 'verified' | 'refused';
  readonly parts: readonly VerifiedPart[];
  /** Why it is refused. */
  readonly refusal: FoundryError | undefined;
}

/** One run of `foundry verify`. */
export interface VerifyCall {
  /** What a person wants verified. */
  readonly what: string;
  readonly settings: VerifySettings;
  readonly signal: AbortSignal;
}

/** What is expected of one image beyond the settings. */
interface Expected {
  readonly commit?: string;
  readonly version?: string;
  readonly variant?: Variant;
  readonly platform?: Platform;
  /** Of the attestations that count. */
  readonly bundles?: readonly string[];
}

interface Part extends VerifiedPart {
  readonly refusal: FoundryError | undefined;
}

type Examined = Awaited<ReturnType<typeof examineImage>> & { readonly name: string };

/**
 * Verifies an image, or the record of a release and every image that it names. Throws FND_BAD_INPUT for what names neither, and what
 * reading throws; what does not hold is in the answer.
 */
export async function runVerify(call: VerifyCall): Promise<Verification> {
  const parts = await partsOf(parseMeant(call.what), call);
  const refusals = parts.flatMap(({ refusal }) => refusal ?? []);
  const refusal = refusals.find(({ exitCode }) => exitCode === EXIT_CODES.verificationFailed) ?? refusals[0];
  return {
    verdict: refusal === undefined ? 'verified' : 'refused',
    parts: parts.map(({ name, checks }) => ({ name, checks })),
    refusal,
  };
}

async function partsOf(meant: Meant, call: VerifyCall): Promise<Part[]> {
  switch (meant.kind) {
    case 'variant': {
      const place = publishedPlace(call);
      const { digest, ...expected } = await newestPublished(place, meant.variant);
      return await verifyEach({ ...place, digest }, expected, call);
    }
    case 'image':
      return await verifyNamed(meant, call);
    case 'path':
      return await verifyPath(meant, call);
    case 'record':
      return await verifyRecord(await readRecordBundle(publishedPlace(call), meant.word), meant.word, call);
    default:
      throw new TypeError(`unknown: ${JSON.stringify(meant satisfies never)}`);
  }
}

async function verifyNamed(
  { host, repository, reference }: Extract<Meant, { kind: 'image' }>,
  call: VerifyCall,
): Promise<Part[]> {
  const registry = openRegistry(host ?? publishedPlace(call).registry.host, call.settings.login, call.signal);
  if ('digest' in reference) return await verifyEach({ registry, repository, ...reference }, {}, call);
  const { tag } = reference;
  const digest = await digestOf({ registry, repository }, tag);
  return await verifyEach({ registry, repository, digest }, meaningOfTag(tag) ?? {}, call);
}

async function verifyPath(
  { path, digest }: Extract<Meant, { kind: 'path' }>,
  call: VerifyCall,
): Promise<Part[]> {
  const found = await ifThere(stat(path));
  if (found === undefined) throw new FoundryError('FND_BAD_INPUT', `there is no ${path}`);
  if (!found.isDirectory()) return await verifyRecord(await readBundleFile(path), { newest: true }, call);
  const layout = await openLayout(path);
  const images = digest === undefined ? layout.images : [digest];
  if (images.length === 0) throw new FoundryError('FND_BAD_DATA', `${path} holds no image index`);
  const parts: Part[] = [];
  for (const one of images)
    parts.push(...(await verifyEach({ registry: layout, repository: '', digest: one }, {}, call)));
  return parts;
}

/** The record first; then each image that it names, as it is where it says that it is. */
async function verifyRecord(bundle: unknown, word: RecordWord, call: VerifyCall): Promise<Part[]> {
  const list = new Checklist();
  const status = await lookAtRecord(list, bundle, call.settings.trust, 'newest' in word ? {} : word);
  const parts: Part[] = [{ name: 'the record', checks: list.checks, refusal: list.refusal }];
  if (status === undefined) return parts;
  for (const image of status.images) {
    const { name, ...part } = await verifyRecorded(image, status, call);
    const isOneOfSeveral = status.images.some((one) => one !== image && one.digest === image.digest);
    parts.push({ name: nameOfPart(name, isOneOfSeveral ? image.platform : undefined), ...part });
  }
  return parts;
}

async function verifyRecorded(
  image: ReleasedImage,
  { version, commit }: Pick<Required<Expected>, 'version' | 'commit'>,
  call: VerifyCall,
): Promise<Part> {
  const { variant, platform, repository, digest, tag } = image;
  const place = { registry: openRegistry(image.registry, call.settings.login, call.signal), repository };
  const bundles = image.attestations.map(({ bundle }) => bundle);
  const expected = { commit, version, variant, platform, bundles };
  const { name, checks, refusal, attestations } = await examine({ ...place, digest }, expected, call);
  const more = new Checklist();
  await lookAtRecorded(more, image, attestations);
  if (tag !== null) await lookAtTag(more, place, { ...image, tag }, call);
  return { name, checks: [...checks, ...more.checks], refusal: refusal ?? more.refusal };
}

/** The tag leads to the image of the record, or to a later release of ours: never to anything else. */
async function lookAtTag(
  list: Checklist,
  place: PublishedPlace,
  { tag, digest, variant, platform }: ReleasedImage & { readonly tag: string },
  call: VerifyCall,
): Promise<void> {
  await list.look({
    id: 'tag',
    title: `The tag ${tag} leads to it, or to a later release of ours`,
    given: tag,
    async work() {
      const now = await place.registry.resolveTag(place.repository, tag);
      if (now === digest) return { value: tag, detail: `it leads to ${digest}` };
      const later =
        now === undefined
          ? undefined
          : await examine({ ...place, digest: now }, { ...meaningOfTag(tag), variant, platform }, call);
      const commit = later?.provenance?.buildDefinition.externalParameters.source.digest.gitCommit;
      if (later !== undefined && later.refusal === undefined && commit !== undefined)
        return { value: tag, detail: `it has moved on to ${now}, of commit ${commit}, which verifies` };
      throw new FoundryError(
        'FND_TAG_MOVED',
        `the tag ${tag} leads to ${now ?? 'nothing'}, which is no release of ours; expected ${digest}`,
        later?.refusal === undefined ? {} : { cause: later.refusal },
      );
    },
  });
}

/** Every platform that an index leads to must hold: who pulls it by a tag gets any of them. */
async function verifyEach(image: ReadableImage, expected: Expected, call: VerifyCall): Promise<Part[]> {
  const parts: Part[] = [];
  for (const platform of await platformsOf(image)) {
    const which = platform === undefined ? {} : { platform };
    const { name, checks, refusal } = await examine(image, { ...expected, ...which }, call);
    parts.push({ name: nameOfPart(name, platform), checks, refusal });
  }
  return parts;
}

/** Images of several platforms are under one digest. */
function nameOfPart(name: string, platform: Platform | undefined): string {
  return platform === undefined ? name : `${name} (${platform})`;
}

async function examine(
  image: ReadableImage,
  { bundles, ...expected }: Expected,
  { settings }: VerifyCall,
): Promise<Examined> {
  const { trust, builders, name, source, commit, lock } = settings;
  const examination = await examineImage(image, {
    trust,
    required: REQUIREMENTS,
    provenance: {
      builders,
      ...expected,
      ...(source === undefined ? {} : { source }),
      ...(commit === undefined ? {} : { commit }),
    },
    ...(bundles === undefined ? {} : { bundles }),
    ...(name === undefined ? {} : { name }),
    ...(lock === undefined ? {} : { lock }),
  });
  const place = [image.registry.host, ...(image.repository === '' ? [] : [image.repository])].join('/');
  return { ...examination, name: `${place}@${image.digest}` };
}

async function readBundleFile(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new FoundryError('FND_BAD_DATA', `${path} is no Sigstore bundle: ${messageOf(cause)}`, { cause });
  }
}

function publishedPlace({ settings, signal }: VerifyCall): PublishedPlace {
  if (settings.published === undefined) {
    throw new FoundryError('FND_BAD_INPUT', 'without a profile, nobody knows where images are published', {
      hint: 'Name the image whole, as host/repository:tag, or a profile with --profile.',
    });
  }
  const { registry, repository } = settings.published;
  return { registry: openRegistry(registry, settings.login, signal), repository };
}
