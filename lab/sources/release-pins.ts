import { parsePgpFingerprint } from '../../adapters/pgp/fingerprint.ts';
import { parseSha256, type Sha256 } from '../../domain/digest.ts';
import type { CratePin } from '../archive/crate-archive.ts';

/** The line the core images are built from. */
export const CORE_LINE = '3.5';

/** The keys that sign OpenSSL releases, as OpenSSL's own `doc/fingerprints.txt` lists them. */
export const OPENSSL_RELEASE_KEYS = [
  parsePgpFingerprint('B146 647E 45A7 B339 47AB 226B 2A2C 87D1 6169 2D40', 'OpenSSL release key'),
  parsePgpFingerprint('BA54 73A2 B058 7B07 FB27 CF2D 2160 94DF D0CB 81EF', 'OpenSSL release key of 2024'),
  parsePgpFingerprint('EFC0 A467 D613 CB83 C7ED 6D30 D894 E2CE 8B3D 79F5', 'OpenSSL OMC key'),
];

/** The SHA-256 of official tarballs, where it is known from other places than the one we fetch from. */
export const OFFICIAL_TARBALLS: Readonly<Record<string, Sha256>> = {
  '3.5.6': pin('deae7c80cba99c4b4f940ecadb3c3338b13cb77418409238e57d7f31f2a3b736'),
  '3.5.7': pin('a8c0d28a529ca480f9f36cf5792e2cd21984552a3c8e4aa11a24aa31aeac98e8'),
  '3.5.8': pin('a8f84a39918ec6415ce765d9b429d313ba97b8143169c172e734b9514464f5b2'),
};

/** A release whose tree comes in a crate. */
export interface CrateRelease {
  readonly version: string;
  readonly crate: CratePin;
  /** The SHA-256 of the lab's tarball of it: the packing is the same everywhere, so this never changes. */
  readonly repacked: Sha256;
  readonly buildable: boolean;
}

export const CRATE_RELEASES: readonly CrateRelease[] = [
  {
    version: '3.1.2',
    crate: opensslSrc('300.1.3+3.1.2', 'cd2c101a165fff9935e34def4669595ab1c7847943c42be86e21503e482be107'),
    repacked: pin('b30f5b7263b323a4a27cd235a84afc791871e250f23f5e9683f74badadddf111'),
    buildable: true,
  },
  {
    version: '3.5.4',
    crate: opensslSrc('300.5.4+3.5.4', 'a507b3792995dae9b0df8a1c1e3771e8418b7c2d9f0baeba32e6fe8b06c7cb72'),
    repacked: pin('7754d9fa4b3615be065b96ad11a74f416c889e4c88b75053ca1b38923c40e413'),
    buildable: false,
  },
  {
    version: '3.5.5',
    crate: opensslSrc('300.5.5+3.5.5', '3f1787d533e03597a7934fd0a765f0d28e94ecc5fb7789f8053b1e699a56f709'),
    repacked: pin('6b5381422d070e9b7e10b62853271b2962d1c84e74142adbe97b135b72d6eeca'),
    buildable: false,
  },
];

function pin(hex: string): Sha256 {
  return parseSha256(hex, 'pin');
}

function opensslSrc(version: string, checksum: string): CratePin {
  return { name: 'openssl-src', version, checksum: pin(checksum), hold: { cc: '1.0.83' } };
}
