import { readFile } from 'node:fs/promises';
import { openPackage } from '../../adapters/apk/package-file.ts';
import type { OciImage } from '../../adapters/oci-layout/oci-image.ts';
import type { BuiltPackage } from './build-step.ts';
import { compareArchives, type Difference, type Sides } from './compare-archives.ts';

const SIDES: Sides = { a: 'a', b: 'b' };

/**
 * Compares the packages of two builders byte by byte, and says of those that differ which files, and for ELF files which sections.
 * No difference means equal bytes. It never throws for a difference: that is an answer. Throws FND_BAD_DATA for what is no package.
 */
export async function compareBuilds(
  a: readonly BuiltPackage[],
  b: readonly BuiltPackage[],
  sides: Sides = SIDES,
): Promise<Difference[]> {
  const names = [...new Set([...a, ...b].map((one) => one.name))].toSorted();
  const found: Difference[] = [];
  for (const name of names) {
    const [left, right] = [a.find((one) => one.name === name), b.find((one) => one.name === name)];
    if (left === undefined || right === undefined) {
      found.push({ where: name, what: `only in ${left === undefined ? sides.b : sides.a}` });
    } else if (left.version !== right.version) {
      found.push({ where: name, what: `version ${left.version} and ${right.version}` });
    } else if (left.sha256 !== right.sha256) {
      found.push(...(await comparePackages(left, right, sides)));
    }
  }
  return found;
}

/** Compares two images: index, manifest and configuration as bytes, layers file by file. No difference means equal bytes. */
export async function compareImages(
  a: OciImage,
  b: OciImage,
  name: string,
  sides: Sides = SIDES,
): Promise<Difference[]> {
  const found: Difference[] = [];
  for (const index of Array.from({ length: Math.max(a.layers.length, b.layers.length) }).keys()) {
    const where = `${name}, layer ${index + 1}`;
    const [left, right] = [a.layers[index], b.layers[index]];
    if (left === undefined || right === undefined) {
      found.push({ where, what: `only in ${left === undefined ? sides.b : sides.a}` });
    } else {
      found.push(...(await compareArchives(left, right, where, sides)));
    }
  }
  for (const part of ['config', 'manifest', 'index'] as const) {
    const [left, right] = [a[part].descriptor.digest, b[part].descriptor.digest];
    if (left !== right) found.push({ where: `${name}, ${part}`, what: `${left} and ${right}` });
  }
  return found;
}

async function comparePackages(a: BuiltPackage, b: BuiltPackage, sides: Sides): Promise<Difference[]> {
  const [left, right] = [await readFile(a.path), await readFile(b.path)];
  const [one, other] = [await openPackage(left, a.path), await openPackage(right, b.path)];
  const found = [
    ...(await compareArchives(one.data, other.data, a.name, sides)),
    ...(await compareArchives(one.control, other.control, `${a.name} (control)`, sides)),
  ];
  return found.length > 0 ? found : [{ where: a.name, what: 'signature or packing' }];
}
