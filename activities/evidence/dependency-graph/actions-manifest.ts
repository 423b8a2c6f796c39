import { parse } from 'yaml';
import { z } from 'zod';
import { FoundryError, messageOf } from '../../../domain/errors.ts';
import { type Dependency, type Manifest, type Purl, purlOf } from './snapshot.ts';

const Uses = z.object({ uses: z.string().optional() });

/** A workflow, as far as it names what others made. */
const Workflow = z.object({
  jobs: z.record(z.string(), Uses.extend({ steps: z.array(Uses).default([]) })),
});

const ACTION = /^([^/@\s]+)\/([^/@\s]+)((?:\/[^@\s]+)?)@(\S+)$/;
const IMAGE = /^docker:\/\/(?:(.+)\/)?([^/@:\s]+)(?::([^@\s]+))?(?:@(sha256:[0-9a-f]{64}))?$/;

/**
 * The actions, reusable workflows and images that a workflow uses; what it takes from this repository is none of them.
 * Throws FND_BAD_DATA for a file that is no workflow, and for a use without a version.
 */
export function actionsManifest(path: string, text: string): Manifest {
  const { jobs } = readWorkflow(path, text);
  const used = Object.values(jobs).flatMap((job) => [job.uses, ...job.steps.map(({ uses }) => uses)]);
  const purls = new Set(
    used.flatMap((uses) => (uses === undefined || uses.startsWith('./') ? [] : [purlOfUse(uses, path)])),
  );
  const dependencies = [...purls].map((purl): Dependency => ({
    purl,
    relationship: 'direct',
    scope: 'development',
    needs: [],
  }));
  return { name: path, path, dependencies };
}

function purlOfUse(uses: string, path: string): Purl {
  const [, owner, repository, inside = '', version] = ACTION.exec(uses) ?? [];
  if (
    !uses.startsWith('docker://') &&
    owner !== undefined &&
    repository !== undefined &&
    version !== undefined
  ) {
    const subpath = inside.slice(1);
    return purlOf('githubactions', owner, repository, version, subpath === '' ? {} : { subpath });
  }
  const [, namespace, name, tag, digest] = IMAGE.exec(uses) ?? [];
  const exact = digest ?? tag;
  if (name !== undefined && exact !== undefined) return purlOf('docker', namespace, name, exact);
  throw new FoundryError('FND_BAD_DATA', `${path}: ${JSON.stringify(uses)} names no version of an action`);
}

function readWorkflow(path: string, text: string): z.infer<typeof Workflow> {
  try {
    return Workflow.parse(parse(text));
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause) : messageOf(cause);
    throw new FoundryError('FND_BAD_DATA', `${path} is no workflow: ${reason}`, { cause });
  }
}
