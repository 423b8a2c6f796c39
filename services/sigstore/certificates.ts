import 'reflect-metadata';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectKeyIdentifierExtension,
  type X509Certificate,
  X509CertificateGenerator,
  AuthorityKeyIdentifierExtension,
  type Extension,
  PemConverter,
} from '@peculiar/x509';
import { randomBytes } from 'node:crypto';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNING = { name: 'ECDSA', hash: 'SHA-256' } as const;
const YEARS = 10;
/** The certificates begin a little in the past, so that a clock that is set back slightly does not refuse them. */
const SLACK_MS = 60 * 60 * 1000;

/** A key pair with its certificate. */
export interface CertifiedKey {
  readonly keys: Awaited<ReturnType<typeof generateKeys>>;
  readonly certificate: X509Certificate;
}

/** The file form of a certified key. */
export interface CertifiedKeyPem {
  /** PKCS #8. */
  readonly privateKey: string;
  /** The chain: this certificate, then its issuers, the root last. */
  readonly chain: string;
}

/** Makes the root of a code signing authority that signs leaf certificates itself (RFC 5280; one organisation, as `gh` demands). */
export async function createCodeSigningRoot(organization: string, now: Date): Promise<CertifiedKey> {
  return await certify({ organization, name: 'code signing root', now, extensions: caExtensions(1) });
}

/**
 * Makes root, intermediate and leaf of a timestamp authority, in the order leaf, intermediate, root
 * (RFC 3161 section 2.3: the leaf's one extended key usage is timeStamping, and it is critical).
 */
export async function createTimestampChain(organization: string, now: Date): Promise<CertifiedKey[]> {
  const stamping = (critical: boolean): Extension =>
    new ExtendedKeyUsageExtension([ExtendedKeyUsage.timeStamping], critical);
  const root = await certify({ organization, name: 'timestamp root', now, extensions: caExtensions(1) });
  const intermediate = await certify({
    organization,
    name: 'timestamp intermediate',
    now,
    issuer: root,
    extensions: [...caExtensions(0), stamping(false)],
  });
  const leaf = await certify({
    organization,
    name: 'timestamp authority',
    now,
    issuer: intermediate,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      stamping(true),
    ],
  });
  return [leaf, intermediate, root];
}

/** The PEM form of a key whose chain is given, itself first. Throws for an empty chain. */
export async function toPem(chain: readonly CertifiedKey[]): Promise<CertifiedKeyPem> {
  const [first] = chain;
  if (first === undefined) throw new Error('a chain has at least one certificate');
  const pkcs8 = await crypto.subtle.exportKey('pkcs8', first.keys.privateKey);
  return {
    privateKey: `${PemConverter.encode(pkcs8, 'PRIVATE KEY')}\n`,
    chain: chain.map(({ certificate }) => `${certificate.toString('pem')}\n`).join(''),
  };
}

interface Certification {
  readonly organization: string;
  readonly name: string;
  readonly now: Date;
  readonly extensions: readonly Extension[];
  /** Signs itself when left out. */
  readonly issuer?: CertifiedKey;
}

async function certify({
  organization,
  name,
  now,
  extensions,
  issuer,
}: Certification): Promise<CertifiedKey> {
  const keys = await generateKeys();
  const subject = [{ O: [organization] }, { CN: [`${organization} ${name}`] }];
  const notBefore = new Date(now.getTime() - SLACK_MS);
  const notAfter = new Date(now);
  notAfter.setUTCFullYear(now.getUTCFullYear() + YEARS);
  const certificate = await X509CertificateGenerator.create({
    // A positive number of 128 random bits (RFC 5280 section 4.1.2.2).
    serialNumber: `01${randomBytes(15).toString('hex')}`,
    subject,
    issuer: issuer?.certificate.subject ?? subject,
    notBefore,
    notAfter,
    publicKey: keys.publicKey,
    signingKey: (issuer?.keys ?? keys).privateKey,
    signingAlgorithm: SIGNING,
    extensions: [
      ...extensions,
      await SubjectKeyIdentifierExtension.create(keys.publicKey, false),
      await AuthorityKeyIdentifierExtension.create((issuer?.keys ?? keys).publicKey, false),
    ],
  });
  return { keys, certificate };
}

function caExtensions(pathLength: number): Extension[] {
  return [
    new BasicConstraintsExtension(true, pathLength, true),
    new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
  ];
}

async function generateKeys() {
  return await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}
