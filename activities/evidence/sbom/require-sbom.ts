import { FoundryError } from '../../../domain/errors.ts';
import { type ImageContents, type ImageWithLayers, readImageContents } from './image-contents.ts';
import { packagePurl } from './package-component.ts';
import { type DescribedImage, readSbom } from './read-sbom.ts';

/** What was compared and found equal. */
export interface ComparedSbom {
  readonly packages: number;
  /** Files of packages and files that no package brought. */
  readonly files: number;
}

const MOST_NAMED = 5;

/**
 * Compares an SBOM, as parsed JSON, with what the image holds: the digest of its manifest, every package with its version and checksum
 * and the places of its files, every file that no package brought, and the provider module with its MAC. Throws FND_SBOM_MISMATCH
 * that names the differences; FND_BAD_DATA for what is no SBOM of ours, or for an image that cannot be read.
 */
export async function requireSbomOfImage(sbom: unknown, image: ImageWithLayers): Promise<ComparedSbom> {
  const said = readSbom(sbom);
  const { digest } = image.manifest.descriptor;
  if (said.manifest !== digest)
    throw new FoundryError('FND_SBOM_MISMATCH', `the SBOM is of ${said.manifest}, not of ${digest}`);
  const contents = await readImageContents(image);
  const differences = [
    ...compared('package', packagesSaid(said), packagesFound(contents)),
    ...compared('file', said.files, new Map(contents.otherFiles.map(({ path, sha256 }) => [path, sha256]))),
    ...compared('module', moduleSaid(said), moduleFound(contents)),
  ];
  if (differences.length === 0) {
    const listed = contents.packages.reduce((sum, { files }) => sum + files.length, 0);
    return { packages: contents.packages.length, files: listed + contents.otherFiles.length };
  }
  const named = differences.slice(0, MOST_NAMED).join('; ');
  const more = differences.length - MOST_NAMED;
  throw new FoundryError(
    'FND_SBOM_MISMATCH',
    `the SBOM does not describe ${digest}: ${named}${more > 0 ? `; and ${more} more` : ''}`,
  );
}

function* compared(
  kind: string,
  said: ReadonlyMap<string, string>,
  found: ReadonlyMap<string, string>,
): Generator<string> {
  for (const [name, value] of said) {
    const other = found.get(name);
    if (other === undefined) yield `${kind} ${name} is not in the image`;
    else if (other !== value)
      yield `${kind} ${name} is ${shown(other)} in the image, the SBOM says ${shown(value)}`;
  }
  for (const name of found.keys()) if (!said.has(name)) yield `${kind} ${name} is not in the SBOM`;
}

function packagesSaid({ packages }: DescribedImage): Map<string, string> {
  return new Map(
    packages.map(({ name, version, purl, checksum, files }) => [
      name,
      JSON.stringify({ version, checksum, purl, files }),
    ]),
  );
}

function packagesFound({ packages, system }: ImageContents): Map<string, string> {
  return new Map(
    packages.map((one) => {
      const { name, version, checksum, files } = one;
      return [name, JSON.stringify({ version, checksum, purl: packagePurl(one, system), files })];
    }),
  );
}

function moduleSaid({ module }: DescribedImage): Map<string, string> {
  return new Map([
    ['sha256', module.sha256],
    ['MAC', module.mac],
  ]);
}

function moduleFound({ module }: ImageContents): Map<string, string> {
  return new Map([
    ['sha256', module.sha256],
    ['MAC', module.mac],
  ]);
}

/** The list of the files of a package can be long, and comes last. */
function shown(value: string): string {
  return value.length > 160 ? `${value.slice(0, 160)}…` : value;
}
