import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveDirectories } from '../../../adapters/directories/directories.ts';
import type { Diagnosis } from '../../../client/doctor/doctor.ts';
import { TOOL_NAMES } from '../../../adapters/toolchain/tool-names.ts';
import { examineThisMachine } from '../../../client/doctor/examine-this-machine.ts';
import { createIo } from '../../../client/output/io.ts';

describe('the doctor on this machine', () => {
  let state: string;
  let diagnosis: Diagnosis;
  beforeAll(async () => {
    state = await mkdtemp(join(tmpdir(), 'foundry-doctor-'));
    const nowhere = { write: (): boolean => true };
    diagnosis = await examineThisMachine({
      environment: process.env,
      signal: new AbortController().signal,
      directories: () => ({ ...resolveDirectories(process.env), state }),
      root: fileURLToPath(new URL('../../..', import.meta.url)),
      io: createIo({
        stdout: nowhere,
        stderr: nowhere,
        environment: {},
        format: 'text',
        quiet: true,
        now: () => 0,
      }),
    });
  });
  afterAll(async () => {
    await rm(state, { recursive: true });
  });

  it('finds everything that is needed, each tool at its pinned version', () => {
    expect(diagnosis.checks.filter(({ verdict }) => verdict === 'fail')).toEqual([]);
    expect(diagnosis.checks.filter(({ id }) => id.startsWith('tool-')).map(({ verdict }) => verdict)).toEqual(
      TOOL_NAMES.map(() => 'pass'),
    );
  });

  it('really shuts a program off from the network', () => {
    expect(diagnosis.checks.find(({ id }) => id === 'network-isolation')).toMatchObject({ verdict: 'pass' });
  });

  it('says that services were not started, instead of passing them', () => {
    const services = diagnosis.checks.slice(-4);

    expect(services.map(({ id, verdict }) => [id, verdict])).toEqual([
      ['temporal', 'skip'],
      ['registry', 'skip'],
      ['sigstore', 'skip'],
      ['registry-login', 'skip'],
    ]);
  });
});
