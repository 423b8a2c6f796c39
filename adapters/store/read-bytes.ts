import { Buffer } from 'node:buffer';
import type { Artifact } from '../../domain/artifact.ts';
import type { ArtifactStore } from './artifact-store.ts';

/** The bytes of an artifact, verified, in memory. Throws what the store throws. */
export async function readBytes(store: ArtifactStore, artifact: Artifact): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of await store.openRead(artifact.digest)) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

/** The text of an artifact. Throws what the store throws. */
export async function readText(store: ArtifactStore, artifact: Artifact): Promise<string> {
  return Buffer.from(await readBytes(store, artifact)).toString('utf8');
}
