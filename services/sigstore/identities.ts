import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { readJsonFile, writeJsonFile } from '../../adapters/files/json-file.ts';
import { FoundryError } from '../../domain/errors.ts';

const Name = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/);
const Repository = z.string().regex(/^[\w.-]+\/[\w.-]+$/);

/**
 * Somebody who may sign: a workflow of a repository, as GitHub's tokens describe one. `workflow` is the path of its file
 * in the repository, `ref` the branch or tag it runs from.
 */
export const Identity = z.strictObject({
  name: Name,
  repository: Repository,
  workflow: z.string().regex(/^\.github\/workflows\/[\w.-]+\.ya?ml$/),
  ref: z.string().regex(/^refs\/(heads|tags)\/[\w./-]+$/),
  /** Whoever shows it gets tokens for this identity. */
  clientSecret: z.string().min(32),
});

export type Identity = z.infer<typeof Identity>;

/** What a person says about an identity; the secret is ours to make. */
export type IdentityDescription = Omit<Identity, 'clientSecret'>;

/** The identity as a URI: the subject alternative name of its certificates. */
export function subjectAlternativeName({ repository, workflow, ref }: IdentityDescription): string {
  return `https://github.com/${repository}/${workflow}@${ref}`;
}

/**
 * Registers an identity with the private Sigstore, or returns the registered one of this name with its secret.
 * The issuer reads the file at each request, so this works while it runs. The file is for its owner alone.
 * Throws FND_BAD_INPUT for a description that is not an identity, or when the name stands for another identity already.
 */
export async function registerIdentity(folder: string, description: IdentityDescription): Promise<Identity> {
  const wanted = Identity.omit({ clientSecret: true }).safeParse(description);
  if (!wanted.success) {
    throw new FoundryError(
      'FND_BAD_INPUT',
      `identity ${JSON.stringify(description.name)} is not well-formed`,
      {
        hint: 'An identity is a repository owner/name, a file under .github/workflows/ and a ref.',
        cause: wanted.error,
      },
    );
  }
  const there = await findIdentity(folder, description.name);
  if (there === undefined) {
    const identity = { ...wanted.data, clientSecret: randomBytes(32).toString('base64url') };
    await writeJsonFile(identityFile(folder, identity.name), identity, 0o600);
    return identity;
  }
  if (subjectAlternativeName(there) !== subjectAlternativeName(description)) {
    throw new FoundryError(
      'FND_BAD_INPUT',
      `identity ${there.name} is ${subjectAlternativeName(there)}, not ${subjectAlternativeName(description)}`,
      { hint: `Use another name, or remove ${identityFile(folder, there.name)} first.` },
    );
  }
  return there;
}

/** The identity of this name, or undefined. Throws FND_BAD_DATA when its file is not one. */
export async function findIdentity(folder: string, name: string): Promise<Identity | undefined> {
  if (!Name.safeParse(name).success) return undefined;
  const path = identityFile(folder, name);
  return await readJsonFile(path, Identity, {
    what: 'an identity file',
    hint: `Remove ${path}: the identity is then registered anew, with another secret.`,
  });
}

/** The file of an identity with its secret, for its owner alone. */
export function identityFile(folder: string, name: string): string {
  return join(folder, `${name}.json`);
}
