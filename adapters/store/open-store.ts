import { join } from 'node:path';
import { FoundryError } from '../../domain/errors.ts';
import type { Login } from '../registry/credentials.ts';
import { openRegistry } from '../registry/registry.ts';
import { openDirectoryResults, type ResultIndex } from '../results/result-index.ts';
import { openOciResults } from '../results/oci-results.ts';
import type { ArtifactStore } from './artifact-store.ts';
import { openDirectoryStore } from './directory-store.ts';
import { openOciStore } from './oci-store.ts';

/** Where artifacts are, and what earlier work gave: in the state folder, or in a repository that machines share. */
export type StorePlace =
  | { readonly kind: 'directory' }
  | { readonly kind: 'oci'; readonly host: string; readonly repository: string };

/** The variable that says it. */
export const STORE_VARIABLE = 'FOUNDRY_STORE';

const OCI =
  /^oci:([a-z0-9.-]+(?::\d{1,5})?|\[[0-9a-f:]+\](?::\d{1,5})?)\/([a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*)$/;

/** Reads the place: `directory`, or `oci:<host>/<repository>`. Undefined for what is neither. */
export function parseStorePlace(text: string): StorePlace | undefined {
  if (text === 'directory') return { kind: 'directory' };
  const [, host, repository] = OCI.exec(text) ?? [];
  return host === undefined || repository === undefined ? undefined : { kind: 'oci', host, repository };
}

/** The place that the environment names; without it, the state folder. Throws FND_BAD_INPUT for what is no place. */
export function storePlaceOf(environment: Readonly<Record<string, string | undefined>>): StorePlace {
  const text = environment[STORE_VARIABLE] ?? '';
  const place = parseStorePlace(text === '' ? 'directory' : text);
  if (place !== undefined) return place;
  throw new FoundryError('FND_BAD_INPUT', `${STORE_VARIABLE}: ${text} is no artifact store`, {
    hint: 'Write `directory`, or `oci:<host>/<repository>`.',
  });
}

/** Opens the store at a place; `login` says who we are there, where it is a registry. Nothing is asked yet. */
export function openStore(place: StorePlace, stateFolder: string, login: Login): ArtifactStore {
  if (place.kind === 'directory') return openDirectoryStore(join(stateFolder, 'store'));
  return openOciStore({ registry: openRegistry(place.host, login), repository: place.repository });
}

/** Opens the index of results at the same place. Nothing is asked yet. */
export function openResults(place: StorePlace, stateFolder: string, login: Login): ResultIndex {
  if (place.kind === 'directory') return openDirectoryResults(join(stateFolder, 'results'));
  return openOciResults({ registry: openRegistry(place.host, login), repository: place.repository });
}
