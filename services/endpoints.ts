import { z } from 'zod';
import type { Directories } from '../adapters/directories/directories.ts';
import { readJsonFile, writeJsonFile } from '../adapters/files/json-file.ts';
import { FoundryError } from '../domain/errors.ts';
import { servicePaths } from './service-paths.ts';

const HttpUrl = z.url({ protocol: /^http$/, hostname: /^127\.0\.0\.1$/ });
const HostAndPort = z.string().regex(/^127\.0\.0\.1:\d{1,5}$/);

/** Where the services of a state folder are. A group is null while its services were not started. */
export const Endpoints = z.strictObject({
  schemaVersion: z.literal(1),
  /** The pid of the supervisor that runs them. */
  supervisor: z.int().min(1),
  temporal: z.strictObject({ address: HostAndPort, namespace: z.string(), ui: HttpUrl }).nullable(),
  /** `host` is what stands before the first slash of an image name. */
  registry: z.strictObject({ host: HostAndPort, plainHttp: z.literal(true) }).nullable(),
  sigstore: z
    .strictObject({
      /** The issuer of identities; part of every signature made here. */
      oidc: HttpUrl,
      fulcio: HttpUrl,
      rekor: HttpUrl,
      timestampAuthority: HttpUrl,
      trustedRoot: z.string(),
      signingConfig: z.string(),
      trustConfig: z.string(),
    })
    .nullable(),
});

export type Endpoints = z.infer<typeof Endpoints>;

/** Writes the endpoints file. */
export async function writeEndpoints(directories: Directories, endpoints: Endpoints): Promise<void> {
  await writeJsonFile(servicePaths(directories).endpoints, endpoints, 0o600);
}

/**
 * Reads where the services are. Throws FND_NOT_RUNNING when there is no such file, FND_BAD_DATA when it is not ours.
 * The file says where they were started; whether they still answer is for the caller to see.
 */
export async function readEndpoints(directories: Directories): Promise<Endpoints> {
  const endpoints = await readJsonFile(servicePaths(directories).endpoints, Endpoints, {
    what: 'an endpoints file',
    hint: 'Run `./foundry down`, then `./foundry up`: it is written anew.',
  });
  if (endpoints !== undefined) return endpoints;
  throw new FoundryError('FND_NOT_RUNNING', `no services run with the state folder ${directories.state}`, {
    hint: 'Start them with `./foundry up`.',
  });
}
