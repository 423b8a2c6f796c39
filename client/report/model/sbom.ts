import type { ImageFacts, ReportedPackage } from './facts.ts';
import type { Component } from './report.ts';

/** The packages of all images, the same bytes once, sorted by name and version. */
export function componentsOf(images: readonly ImageFacts[]): Component[] {
  const found = new Map<string, Component>();
  for (const { image, documents } of images) {
    for (const one of documents.packages ?? []) {
      const key = JSON.stringify([one.name, one.version, one.sha256]);
      const known = found.get(key) ?? { ...textsOf(one), variants: [] };
      found.set(key, { ...known, variants: [...known.variants, image.variant] });
    }
  }
  return [...found.values()].toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
}

function textsOf({ name, version, origin, licence, sha256 }: ReportedPackage): Omit<Component, 'variants'> {
  return { name, version, origin, licence, sha256 };
}

function orderOf({ name, version, sha256 }: Component): string {
  return `${name}\0${version}\0${sha256}`;
}
