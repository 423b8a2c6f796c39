import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';
import { ifThere } from '../adapters/files/if-there.ts';
import { makeFolder, writeFileAtomic } from '../adapters/files/write-atomic.ts';
import { hashFolder } from '../adapters/toolchain/hash-files.ts';
import { type Sha256, sha256 } from '../domain/digest.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const WORKFLOWS = join(ROOT, 'workflows', 'index.ts');
/** Its interceptors run in every workflow. */
const PASS_TRACE_ON = join(ROOT, 'workflows', 'pass-trace-on.ts');
const SDK = createRequire(import.meta.url)('@temporalio/workflow/package.json') as { version: string };

/** The workflows as one file of code, and the id of this code: releases end on the code they began with. */
export interface WorkflowBundle {
  /** 16 hex digits of the digest of everything that the code follows from. */
  readonly buildId: string;
  readonly code: string;
}

/** The bundle of this checkout's workflows; made once for each state of their sources, and kept. */
export async function workflowBundle(folder: string): Promise<WorkflowBundle> {
  const buildId = (await digestOfSources()).slice(0, 16);
  const kept = await keptBundle(folder, buildId);
  if (kept !== undefined) return kept;
  const { code } = await bundleWorkflowCode({
    workflowsPath: WORKFLOWS,
    workflowInterceptorModules: [PASS_TRACE_ON],
  });
  await makeFolder(folder);
  await writeFileAtomic(pathOf(folder, buildId), code);
  return { buildId, code };
}

/** A bundle of earlier code, if it is still kept. */
export async function keptBundle(folder: string, buildId: string): Promise<WorkflowBundle | undefined> {
  const code = await ifThere(readFile(pathOf(folder, buildId), 'utf8'));
  return code === undefined ? undefined : { buildId, code };
}

function pathOf(folder: string, buildId: string): string {
  return join(folder, `${buildId}.js`);
}

/** Workflows may import `domain/` and nothing else of ours, so these two folders and the SDK are all that counts. */
async function digestOfSources(): Promise<Sha256> {
  const folders = await Promise.all(['domain', 'workflows'].map((name) => hashFolder(join(ROOT, name))));
  return sha256([`@temporalio/workflow ${SDK.version}`, ...folders].join('\n'));
}
