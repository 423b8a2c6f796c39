import { parseIndexRecords } from '../../adapters/apk/index-record.ts';
import { INSTALLED_DATABASES } from '../../adapters/apk/installed-database.ts';
import { readArchiveEntries } from '../../adapters/oci-layout/archive-entries.ts';
import type { OciImage } from '../../adapters/oci-layout/oci-image.ts';
import { sha256 } from '../../domain/digest.ts';
import { FoundryError } from '../../domain/errors.ts';
import { isLeftOut, isOwnPackage } from '../../domain/pins/variant.ts';

/** How an image stands to the base image it was composed from. */
interface BaseComparison {
  /** Packages that both hold, at the same version and checksum. */
  readonly shared: readonly string[];
  /** Files of shared packages that were compared. */
  readonly files: number;
  /** Every reason why the image is not the base with our packages in it; none when it is. */
  readonly reasons: readonly string[];
}

/** Files of a package that apko itself writes anew, because the image has an account of its own. */
const REWRITTEN = new Set(['etc/passwd', 'etc/group', 'etc/shadow']);

interface Contents {
  /** What identifies each file: type, mode, owner, target and content. */
  readonly files: ReadonlyMap<string, string>;
  readonly packages: ReadonlyMap<string, InstalledPackage>;
}

interface InstalledPackage {
  readonly version: string;
  readonly checksum: string;
  readonly files: readonly string[];
}

/**
 * Compares an image with the base it stands on: each package of the base is there at the same version with the same bytes, except
 * those that our own replace and the package manager. Throws FND_BAD_DATA for an image without a database of packages.
 */
export async function compareWithBase(
  image: Pick<OciImage, 'layers'>,
  base: Pick<OciImage, 'layers'>,
): Promise<BaseComparison> {
  const [ours, theirs] = [await readContents(image, 'the image'), await readContents(base, 'the base image')];
  const shared: string[] = [];
  const reasons: string[] = [];
  let files = 0;
  for (const [name, wanted] of theirs.packages) {
    if (isLeftOut(name) || isOwnPackage(name)) continue;
    const found = ours.packages.get(name);
    if (found === undefined) reasons.push(`${name} ${wanted.version} of the base is not there`);
    else if (found.version !== wanted.version) {
      reasons.push(`${name} is ${found.version}, in the base it is ${wanted.version}`);
    } else if (found.checksum !== wanted.checksum) {
      reasons.push(
        `${name} ${found.version} is another package than in the base: ${found.checksum}, not ${wanted.checksum}`,
      );
    } else {
      shared.push(name);
      const compared = wanted.files.filter((path) => !REWRITTEN.has(path));
      files += compared.length;
      const different = compared.filter((path) => ours.files.get(path) !== theirs.files.get(path));
      reasons.push(...different.map((path) => `${path} of ${name} is another file than in the base`));
    }
  }
  return { shared, files, reasons };
}

async function readContents({ layers }: Pick<OciImage, 'layers'>, what: string): Promise<Contents> {
  const files = new Map<string, string>();
  let database: string | undefined;
  for (const [index, layer] of layers.entries()) {
    for await (const entry of readArchiveEntries(layer, `${what}, layer ${index + 1}`)) {
      const { path, type, mode, uid, gid, target, content } = entry;
      files.set(path, JSON.stringify([type, mode, uid, gid, target, sha256(content)]));
      if (INSTALLED_DATABASES.includes(path)) database = Buffer.from(content).toString('utf8');
    }
  }
  if (database === undefined) {
    throw new FoundryError('FND_BAD_DATA', `${what} has no database of installed packages`);
  }
  const packages = new Map(
    parseIndexRecords(database, `${what}: installed packages`).map(({ name, version, checksum, others }) => [
      name,
      { version, checksum, files: filesOf(others) },
    ]),
  );
  return { files, packages };
}

/** The paths in a record of the database: `F:` names a folder, each `R:` after it a file in it. */
function filesOf(lines: readonly (readonly [string, string])[]): string[] {
  const paths: string[] = [];
  let folder = '';
  for (const [key, value] of lines) {
    if (key === 'F') folder = value;
    else if (key === 'R') paths.push(folder === '' ? value : `${folder}/${value}`);
  }
  return paths;
}
