import type {
  CheckDefinition,
  Line,
  Requirement,
  Lines,
} from '../../../activities/selftest/check-definition.ts';
import { checkOf, imageDemand, NOTHING } from './image-demands.ts';
import { demand } from './probes.ts';
import { SUPPLY_CHECKS } from './supply.ts';

const ANNOTATIONS = imageDemand.oci('annotations.md: pre-defined annotation keys');
const CONFIG = imageDemand.oci('config.md');
const HEALTH = imageDemand.cis('4.6 HEALTHCHECK instructions have been added to container images');
const CLAIMS = demand.design('Contract 10: claims are exact');
const VERSIONS = demand.fips140('7.4.3 Services: show module’s versioning information');

const SECRET = /.*(?:passw(?:or)?d|secret|token|api_?key|credential|\bARG\b|--build-arg).*/i;
const WORDS = 'org.opencontainers.image';

/** A value of the configuration. */
function configured(
  id: string,
  title: string,
  requirement: Requirement,
  at: string,
  lines: Lines,
  variants?: CheckDefinition['variants'],
): CheckDefinition {
  return checkOf(id, title, requirement, [{ document: 'config', at, lines }], variants);
}

/** A label, which manifest and index carry as an annotation too. */
function label(
  id: string,
  title: string,
  requirement: Requirement,
  name: string,
  value: Line,
  variants?: CheckDefinition['variants'],
): CheckDefinition {
  const lines = { all: [value] };
  return checkOf(
    id,
    title,
    requirement,
    [
      { document: 'config', at: `/config/Labels/${name}`, lines },
      { document: 'manifest', at: `/annotations/${name}`, lines },
      { document: 'index', at: `/annotations/${name}`, lines },
    ],
    variants,
  );
}

/**
 * FIPS-META: what an image says about itself, and where it comes from. What is attached to it (signatures, SBOM, provenance, results)
 * comes after these checks, because it states their outcome: a release verifies all of it before it moves a tag, as `foundry verify`
 * does for everybody else.
 */
export const METADATA_CHECKS: readonly CheckDefinition[] = [
  label('FIPS-META-001', 'it has a title', ANNOTATIONS, `${WORDS}.title`, /OpenSSL with its FIPS provider.*/),
  label(
    'FIPS-META-002',
    'it describes the core, the module and the certificate whose source the module was built from, and claims no more',
    CLAIMS,
    `${WORDS}.description`,
    'OpenSSL {coreVersion} and a FIPS provider built from the source of the module with CMVP certificate {certificate} ' +
      '(OpenSSL FIPS Provider {providerVersion}) by its security policy',
  ),
  label('FIPS-META-003', 'its version is that of the core', ANNOTATIONS, `${WORDS}.version`, '{coreVersion}'),
  label(
    'FIPS-META-004',
    'its revision is the commit that was released',
    ANNOTATIONS,
    `${WORDS}.revision`,
    '{commit}',
  ),
  label('FIPS-META-005', 'its source is where that commit is', ANNOTATIONS, `${WORDS}.source`, '{source}'),
  label('FIPS-META-006', 'it names its licence', ANNOTATIONS, `${WORDS}.licenses`, 'Apache-2.0'),
  label('FIPS-META-007', 'it names who made it', ANNOTATIONS, `${WORDS}.vendor`, /\S(?:.*\S)?/),
  label(
    'FIPS-META-008',
    'it was created at the time of the commit',
    ANNOTATIONS,
    `${WORDS}.created`,
    '{created}',
  ),
  label('FIPS-META-009', 'it says which variant it is', ANNOTATIONS, 'dev.foundry.variant', '{variant}'),
  label(
    'FIPS-META-010',
    'it says which version its module has',
    VERSIONS,
    'dev.foundry.provider.version',
    '{providerVersion}',
  ),
  label(
    'FIPS-META-011',
    'it names the certificate',
    VERSIONS,
    'dev.foundry.provider.certificate',
    '{certificate}',
  ),
  label(
    'FIPS-META-012',
    'it names the image that it is composed from',
    ANNOTATIONS,
    `${WORDS}.base.name`,
    '{baseName}',
    ['standard', 'development'],
  ),
  label(
    'FIPS-META-013',
    'it names that image by digest',
    ANNOTATIONS,
    `${WORDS}.base.digest`,
    '{baseDigest}',
    ['standard', 'development'],
  ),
  configured(
    'FIPS-META-014',
    'it names no image that it is composed from, for there is none',
    ANNOTATIONS,
    '/config/Labels',
    { some: ['dev.foundry.variant=distroless'], none: [/org\.opencontainers\.image\.base\..*/] },
    ['distroless'],
  ),
  configured(
    'FIPS-META-015',
    'nothing in it claims to be validated, certified or compliant',
    CLAIMS,
    '/config/Labels',
    {
      some: ['dev.foundry.variant={variant}'],
      none: [/(?!dev\.foundry\.notice=).*\b(?:[Vv]alidated|[Cc]ertified|[Cc]ompliant|[Aa]pproved)\b.*/],
    },
  ),
  configured(
    'FIPS-META-016',
    'of the reserved names it uses only those that the specification gives a meaning',
    ANNOTATIONS,
    '/config/Labels',
    {
      some: ['dev.foundry.variant={variant}'],
      none: [
        /org\.opencontainers\.(?!image\.(?:created|authors|url|documentation|source|version|revision|vendor|licenses|ref\.name|title|description|base\.digest|base\.name)=).*/,
        /(?:io|com|org)\.(?:docker|k8s|kubernetes|buildpacks)\..*/,
      ],
    },
  ),
  configured(
    'FIPS-META-020',
    'its configuration has the time of the commit, so that it can be made again',
    CONFIG,
    '/created',
    { all: ['{created}'] },
  ),
  {
    id: 'FIPS-META-021',
    title: 'its history has that time too, and no line but the layer and the health check',
    requirement: CONFIG,
    probes: [
      { document: 'config', at: '/history/0/created', lines: { all: ['{created}'] } },
      { document: 'config', at: '/history/0/created_by', lines: { all: ['apko'] } },
      { document: 'config', at: '/history/1/created', lines: { all: ['{created}'] } },
      {
        document: 'config',
        at: '/history/1/created_by',
        lines: { all: ['HEALTHCHECK CMD ["/usr/bin/fips-healthcheck"]'] },
      },
      { document: 'config', at: '/history/2', lines: NOTHING },
    ],
  },
  {
    id: 'FIPS-META-022',
    title: 'nothing in its history or its variables looks like a secret',
    requirement: imageDemand.cis('4.10 secrets are not stored in images'),
    probes: [
      { document: 'config', at: '/history', lines: { some: [/.*apko.*/], none: [SECRET] } },
      { document: 'config', at: '/config/Env', lines: { some: [/PATH=.*/], none: [SECRET] } },
    ],
  },
  {
    id: 'FIPS-META-023',
    title: 'no file is newer than the commit',
    requirement: demand.design('Contract 4: reproducible is checked'),
    probes: [{ entries: { after: '{epoch}' }, lines: NOTHING }],
  },
  configured(
    'FIPS-META-030',
    'it runs the command itself, without a shell around it',
    CONFIG,
    '/config/Entrypoint',
    { all: ['/usr/bin/openssl'] },
    ['standard', 'distroless'],
  ),
  configured(
    'FIPS-META-031',
    'it says its version when it is asked for nothing',
    CONFIG,
    '/config/Cmd',
    { all: ['version', '-a'] },
    ['standard', 'distroless'],
  ),
  {
    id: 'FIPS-META-032',
    title: 'it has no entry point, because things are built in it, and opens a shell',
    requirement: CONFIG,
    variants: ['development'],
    probes: [
      { document: 'config', at: '/config/Entrypoint', lines: NOTHING },
      { document: 'config', at: '/config/Cmd', lines: { all: ['/bin/bash'] } },
    ],
  },
  configured(
    'FIPS-META-033',
    'its health check is a program that asks the module, without a shell around it',
    HEALTH,
    '/config/Healthcheck/Test',
    { all: ['CMD', '/usr/bin/fips-healthcheck'] },
  ),
  {
    id: 'FIPS-META-034',
    title: 'it is asked for its health often, is given time, and one failure is enough',
    requirement: HEALTH,
    probes: [
      { document: 'config', at: '/config/Healthcheck/Interval', lines: { all: ['30000000000'] } },
      { document: 'config', at: '/config/Healthcheck/Timeout', lines: { all: ['10000000000'] } },
      { document: 'config', at: '/config/Healthcheck/Retries', lines: { all: ['1'] } },
    ],
  },
  configured('FIPS-META-035', 'it sets two variables, and no other', CONFIG, '/config/Env', {
    all: ['PATH=/usr/local/bin:/usr/bin:/bin', 'SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt'],
  }),
  configured(
    'FIPS-META-036',
    'no variable of it decides over libraries or the configuration of OpenSSL',
    demand.openssl('openssl-env(7)'),
    '/config/Env',
    { some: [/PATH=.*/], none: [/(?:LD_|OPENSSL_|GLIBC_TUNABLES|GCONV_PATH|CTLOG_FILE|SSLKEYLOGFILE).*/] },
  ),
  configured('FIPS-META-037', 'its programs are found in folders of root’s alone', CONFIG, '/config/Env', {
    some: [/PATH=\/[^:]*(?::\/[^:]*)*/],
    none: [/PATH=(?:.*:)?(?:\.|[^/:][^:]*|\/tmp.*|\/home.*|)(?::.*)?/],
  }),
  configured('FIPS-META-038', 'it begins in the home of its user', CONFIG, '/config/WorkingDir', {
    all: ['/home/nonroot'],
  }),
  {
    id: 'FIPS-META-039',
    title: 'it opens no port and declares no volume',
    requirement: imageDemand.cis('5.8 only needed ports are open on the container'),
    probes: [
      { document: 'config', at: '/config/ExposedPorts', lines: NOTHING },
      { document: 'config', at: '/config/Volumes', lines: NOTHING },
      { document: 'config', at: '/config/User', lines: { all: ['65532'] } },
    ],
  },
  ...SUPPLY_CHECKS,
];
