import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveDirectories } from '../../../adapters/directories/directories.ts';
import { thisHost } from '../../../adapters/host/host.ts';
import { openToolchain, TOOLS_FOLDER } from '../../../adapters/toolchain/toolchain.ts';
import { readToolsFile } from '../../../adapters/toolchain/tools-file.ts';
import { examine, type Diagnosis } from '../../../client/doctor/doctor.ts';
import { startedServices } from '../../../client/doctor/started-services.ts';

describe('the doctor on this machine', () => {
  let state: string;
  let diagnosis: Diagnosis;
  beforeAll(async () => {
    state = await mkdtemp(join(tmpdir(), 'foundry-doctor-'));
    const directories = { ...resolveDirectories(process.env), state };
    const { go, tools } = await readToolsFile(TOOLS_FOLDER);
    const toolchain = await openToolchain(directories, process.env);
    diagnosis = await examine({
      host: thisHost(),
      directories,
      root: fileURLToPath(new URL('../../..', import.meta.url)),
      goVersion: go,
      tools,
      toolPath: (name) => toolchain.path(name),
      services: async () => await startedServices(directories),
    });
  });
  afterAll(async () => {
    await rm(state, { recursive: true });
  });

  it('finds everything that is needed, each tool at its pinned version', () => {
    expect(diagnosis.checks.filter(({ verdict }) => verdict === 'fail')).toEqual([]);
    expect(diagnosis.checks.filter(({ id }) => id.startsWith('tool-')).map(({ verdict }) => verdict)).toEqual(
      Array.from({ length: 11 }, () => 'pass'),
    );
  });

  it('really shuts a program off from the network', () => {
    expect(diagnosis.checks.find(({ id }) => id === 'network-isolation')).toMatchObject({ verdict: 'pass' });
  });

  it('says that services were not started, instead of passing them', () => {
    const services = diagnosis.checks.slice(-3);

    expect(services.map(({ id, verdict }) => [id, verdict])).toEqual([
      ['temporal', 'skip'],
      ['registry', 'skip'],
      ['sigstore', 'skip'],
    ]);
  });
});
