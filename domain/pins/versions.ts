import { z } from 'zod';
import type { Gate } from '../evidence/gate.ts';
import { isOwnPackage, PLATFORMS, PURPOSES, VARIANTS } from './variant.ts';
import {
  Address,
  Day,
  DurationText,
  Fingerprint,
  ImageReference,
  Line,
  OciDigestText,
  OpensslVersion,
  PackageName,
  PackageVersion,
  Sha256Text,
} from './values.ts';

/** The form of `versions.hcl`. It grows only when something that was valid changes its meaning. */
export const SCHEMA_VERSION = 1;

/** Findings from the mildest to the worst. */
const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const;

const Count = z.int('expected a whole number').nonnegative();

/** What both sources of OpenSSL have. */
const sourceFields = {
  version: OpensslVersion,
  /** The day of the upstream release: the time stamp of everything built from it. */
  released: Day,
  /** Our build of this version, apk's `-r`. */
  revision: Count,
  /** Where the archive is; `{version}` stands for the version. Its signature is there with `.asc` after it. */
  url: Address,
  /** A pin. */
  sha256: Sha256Text.optional(),
  /** Who may sign it, by fingerprint. */
  signers: z.array(Fingerprint).min(1, 'name at least one signer'),
  /** Where the public keys of the signers are. Which of them count, `signers` alone decides. */
  keys: Address,
};

/** The source of the core: OpenSSL without its FIPS provider. */
const Core = z.strictObject({
  /** The line that ingest follows. */
  line: z.string().regex(/^\d+\.\d+$/, 'expected a line of two numbers, such as 3.5'),
  ...sourceFields,
});

/** The source of the provider, and the certificate it is taken under. */
const Provider = z.strictObject({ certificate: z.int().positive(), ...sourceFields });

/** One line of the allow-list of modules: what a CMVP certificate covers. */
const Certificate = z.strictObject({
  version: OpensslVersion,
  /** SHA-256 over the checksums of the module's sources, as OpenSSL's `fips.checksum` has it. */
  fingerprint: Sha256Text,
  /** The last day on which the certificate is active. */
  sunset: Day,
});

const Base = z.strictObject({
  image: ImageReference,
  /** A pin. */
  digest: OciDigestText.optional(),
  /** Whose Sigstore signature the digest must carry. */
  signer: z.strictObject({ identity: Line, issuer: Address }),
});

const Repository = z.strictObject({
  url: Address,
  /** Which version of a package fixes which CVE. */
  feed: Address,
  key: z.strictObject({
    url: Address,
    /** A pin. */
    sha256: Sha256Text.optional(),
  }),
});

/** The packages for one purpose. */
const Packages = z.strictObject({
  /** What is asked for by name; for standard and development, on top of what the base image holds. */
  roots: z.array(PackageName),
  /** A pin: the whole closure, each package at its exact version. */
  versions: z.record(PackageName, PackageVersion).optional(),
});

const signedOff = { owner: Line, reason: Line, expires: Day };

const Waiver = z.strictObject({
  ...signedOff,
  /** Which variants it is for; all when left out. */
  variants: z.array(z.enum(VARIANTS)).min(1).optional(),
});

/** What a waiver can be for: the audit of stage 0, and the gates; but a known vulnerability passes by a statement alone. */
const Waivers = z.strictObject({
  audit: z.record(Line, Waiver).optional(),
  vulnerabilities: z
    .record(
      Line,
      z.never('a vulnerability passes by a statement alone: write vex "<CVE>", as `./foundry vex add` does'),
    )
    .optional(),
  'cis-docker': z.record(Line, Waiver).optional(),
  'nsa-cisa': z.record(Line, Waiver).optional(),
  'pss-restricted': z.record(Line, Waiver).optional(),
} satisfies Record<'audit' | Gate, z.ZodType>);

const Hold = z.strictObject(signedOff);

/** What OpenVEX calls a status. Only the first two say that a vulnerability does no harm. */
export const VEX_STATUSES = ['not_affected', 'fixed', 'affected', 'under_investigation'] as const;
export type VexStatus = (typeof VEX_STATUSES)[number];

/** Why a product is not affected, in the words of OpenVEX. */
export const VEX_JUSTIFICATIONS = [
  'component_not_present',
  'vulnerable_code_not_present',
  'vulnerable_code_not_in_execute_path',
  'vulnerable_code_cannot_be_controlled_by_adversary',
  'inline_mitigations_already_exist',
] as const;

/** The id of a CVE. */
export const CveId = z.string().regex(/^CVE-\d{4}-\d{4,}$/, 'expected the id of a CVE');

/** A person's statement on one vulnerability (OpenVEX 0.2.0). */
export const Vex = z
  .strictObject({
    ...signedOff,
    status: z.enum(VEX_STATUSES),
    justification: z.enum(VEX_JUSTIFICATIONS).optional(),
    /** Which variants it is for; all when left out. */
    variants: z.array(z.enum(VARIANTS)).min(1).optional(),
  })
  .refine(({ status, justification }) => (status === 'not_affected') === (justification !== undefined), {
    path: ['justification'],
    message: 'goes with the status not_affected, and with no other',
  });

const Policy = z.strictObject({
  audit: z.strictObject({ severity: z.enum(SEVERITIES) }),
  vulnerabilities: z.strictObject({
    severity: z.enum(SEVERITIES),
    /** How old the database may be. */
    age: DurationText,
  }),
  operator: z.strictObject({ wait: DurationText }),
  publish: z
    .strictObject({
      /** Whether a person must approve a release before it is promoted. */
      approval: z.boolean(),
    })
    .default({ approval: false }),
  ingest: z.strictObject({
    mode: z.enum(['push', 'pull-request']),
    /** How long news that fix no vulnerability must have been out. */
    cooldown: DurationText,
    /** How many packages may join a closure without a person. */
    growth: Count,
    /** Whether the environment that OpenSSL is built in follows the repository, or keeps its pins until a person opens them. */
    build: z.enum(['follow', 'keep']).default('follow'),
  }),
  release: z
    .strictObject({
      /** What becomes of a release that runs when newer pins are merged: they wait for its end, or it is aborted for them. */
      newer: z.enum(['queue', 'supersede']),
    })
    .default({ newer: 'queue' }),
  watch: z
    .strictObject({
      /** How long what is published may be exposed to a critical vulnerability for which there is a fix. */
      critical: DurationText,
      /** The same for all others. */
      others: DurationText,
    })
    .default({ critical: '7d', others: '14d' }),
});

/**
 * Every input that a person decides, as `versions.hcl` has it; docs/versions.md explains each. A pin that is open is an
 * attribute that is not there: there is no value that means "not yet".
 */
export const Versions = z
  .strictObject({
    schema: z.literal(SCHEMA_VERSION),
    core: Core,
    provider: Provider,
    certificate: z.record(
      z.string().regex(/^[1-9][0-9]{0,5}$/, 'expected the number of a certificate'),
      Certificate,
    ),
    base: Base,
    repository: Repository,
    variants: z.array(z.enum(VARIANTS)).min(1, 'name at least one variant'),
    platforms: z.array(z.enum(PLATFORMS)).min(1, 'name at least one platform'),
    packages: z.partialRecord(z.enum(PURPOSES), Packages),
    policy: Policy,
    waiver: Waivers.default({}),
    hold: z.record(PackageName, Hold).default({}),
    vex: z.record(CveId, Vex).default({}),
  })
  .superRefine((versions, context) => {
    for (const { path, reason } of contradictions(versions))
      context.addIssue({ code: 'custom', path, message: reason });
  });
export type Versions = z.infer<typeof Versions>;

/** What a person states about a vulnerability. */
export type Vex = z.infer<typeof Vex>;

/** One of the two sources. */
export type Source = Versions['core'] | Versions['provider'];

interface Contradiction {
  readonly path: string[];
  readonly reason: string;
}

interface Checked {
  readonly core: z.infer<typeof Core>;
  readonly provider: z.infer<typeof Provider>;
  readonly certificate: Readonly<Record<string, z.infer<typeof Certificate>>>;
  readonly variants: readonly string[];
  readonly platforms: readonly string[];
  readonly packages: Readonly<Partial<Record<string, z.infer<typeof Packages>>>>;
}

function* contradictions(versions: Checked): Generator<Contradiction> {
  const { core, provider } = versions;
  if (!core.version.startsWith(`${core.line}.`)) {
    yield { path: ['core', 'version'], reason: `${core.version} is not of the line ${core.line}` };
  }
  yield* providerContradictions(versions);
  for (const [name, { url, signers }] of Object.entries({ core, provider })) {
    if (!url.includes('{version}')) {
      yield { path: [name, 'url'], reason: 'the address must have {version} where the version stands' };
    }
    if (hasTwice(signers)) yield { path: [name, 'signers'], reason: 'a signer is named twice' };
  }
  if (hasTwice(versions.variants)) yield { path: ['variants'], reason: 'a variant is named twice' };
  if (hasTwice(versions.platforms)) yield { path: ['platforms'], reason: 'a platform is named twice' };
  yield* packageContradictions(versions);
}

function* providerContradictions({ provider, certificate }: Checked): Generator<Contradiction> {
  const covered = certificate[provider.certificate];
  if (covered === undefined) {
    const reason = `certificate ${provider.certificate} is not on the allow-list; a block certificate "${provider.certificate}" is missing`;
    yield { path: ['provider', 'certificate'], reason };
  } else if (covered.version !== provider.version) {
    const reason = `certificate ${provider.certificate} covers ${covered.version}, not ${provider.version}`;
    yield { path: ['provider', 'version'], reason };
  }
}

function* packageContradictions({ variants, packages }: Checked): Generator<Contradiction> {
  for (const purpose of [...variants, 'build']) {
    if (packages[purpose] === undefined) {
      yield { path: ['packages'], reason: `a block packages "${purpose}" is missing` };
    }
  }
  for (const [purpose, block] of Object.entries(packages)) {
    if (purpose !== 'build' && !variants.includes(purpose)) {
      yield { path: ['packages', purpose], reason: `${purpose} is not among the variants` };
    }
    if (hasTwice(block?.roots ?? []))
      yield { path: ['packages', purpose, 'roots'], reason: 'a package is named twice' };
    const own =
      purpose === 'build' ? [] : Object.keys(block?.versions ?? {}).filter((name) => isOwnPackage(name));
    for (const name of own) {
      const reason = `${name} is built from source; an image must not take it from the repository`;
      yield { path: ['packages', purpose, 'versions', name], reason };
    }
  }
}

function hasTwice(items: readonly string[]): boolean {
  return new Set(items).size < items.length;
}
