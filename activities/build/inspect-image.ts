import { posix } from 'node:path';
import { readElf } from '../../adapters/elf/read-elf.ts';
import { readArchiveEntries } from '../../adapters/oci-layout/archive-entries.ts';
import type { OciImage } from '../../adapters/oci-layout/oci-image.ts';
import { type Sha256, sha256 } from '../../domain/digest.ts';

/** What is looked for in a finished image. */
export interface ImageExpectation {
  readonly coreVersion: string;
  /** The SHA-256 of the one `fips.so` there may be. */
  readonly provider: Sha256;
}

/** What was found, and every reason against it; an image without reasons passed. */
export interface ImageInspection {
  readonly libcrypto: readonly FoundFile[];
  readonly providers: readonly FoundFile[];
  readonly reasons: readonly string[];
}

/** A file in an image. */
interface FoundFile {
  readonly path: string;
  readonly sha256: Sha256;
}

const LIBCRYPTO = /^libcrypto\.(so(\.|$)|a$)/;
const MODULES = 'usr/lib/ossl-modules';
/** How every OpenSSL names itself in its read-only data. */
const OPENSSL_NAME = /OpenSSL (\d+\.\d+\.\d+[a-z0-9-]*) {1,2}\d{1,2} [A-Z][a-z]{2} \d{4}/g;
const PACKAGE_MANAGER = /^(usr\/)?s?bin\/(apk|apt|apt-get|dpkg|rpm|dnf|yum)$/;

/**
 * Looks through the layers of an image for what must be there once and for what must not: exactly one libcrypto, ours, also by its
 * soname and by what is linked in statically; exactly one provider module, the one that was built, needing nothing but the C library;
 * no package manager. Static libraries may be there in the development image: they are ours too, by their version.
 */
export async function inspectImage(image: OciImage, expected: ImageExpectation): Promise<ImageInspection> {
  const libcrypto: FoundFile[] = [];
  const providers: FoundFile[] = [];
  const reasons: string[] = [];
  for (const [index, layer] of image.layers.entries()) {
    for await (const { path, type, content } of readArchiveEntries(layer, `layer ${index + 1}`)) {
      if (PACKAGE_MANAGER.test(path)) reasons.push(`${path} is a package manager`);
      if (type !== 'file') continue;
      const found = (): FoundFile => ({ path, sha256: sha256(content) });
      const elf = readElf(content);
      const name = posix.basename(path);
      if (LIBCRYPTO.test(elf?.soname ?? '') || (LIBCRYPTO.test(name) && !name.endsWith('.a')))
        libcrypto.push(found());
      if (path.startsWith(`${MODULES}/`)) {
        providers.push(found());
        reasons.push(...reasonsAgainstModule(path, content));
      }
      if (elf !== undefined || name.endsWith('.a')) {
        reasons.push(...foreignVersions(content, path, expected.coreVersion));
      }
    }
  }
  const [module] = providers;
  if (libcrypto.length !== 1) reasons.push(`there must be one libcrypto, found ${listed(libcrypto)}`);
  if (providers.length !== 1) reasons.push(`there must be one provider module, found ${listed(providers)}`);
  else if (module !== undefined && module.sha256 !== expected.provider)
    reasons.push(`${module.path} is ${module.sha256}, built was ${expected.provider}`);
  return { libcrypto, providers, reasons };
}

/** Every reason why a file is not a provider module that carries all its cryptography inside; none when it is. */
export function reasonsAgainstModule(path: string, content: Uint8Array): string[] {
  const elf = readElf(content);
  if (elf === undefined) return [`${path} is no ELF file`];
  const { needed, searchPaths, textRelocations, writableCode } = elf;
  return [
    ...(needed.length === 1 && needed[0] === 'libc.so.6'
      ? []
      : [`${path} needs ${needed.join(', ')}, not the C library alone`]),
    ...searchPaths.map((folder) => `${path} looks for libraries in ${folder}`),
    ...(textRelocations ? [`${path} has text relocations`] : []),
    ...(writableCode ? [`${path} has memory that can be written and run`] : []),
  ];
}

function foreignVersions(content: Uint8Array, path: string, own: string): string[] {
  const versions = Buffer.from(content.buffer, content.byteOffset, content.byteLength)
    .toString('latin1')
    .matchAll(OPENSSL_NAME);
  const foreign = new Set([...versions].map((match) => match[1] ?? '').filter((version) => version !== own));
  return [...foreign].map((version) => `${path} holds OpenSSL ${version}`);
}

function listed(files: readonly FoundFile[]): string {
  return files.length === 0 ? 'none' : files.map((file) => file.path).join(', ');
}
