import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runTool } from '../../adapters/process/run-tool.ts';
import { MEDIA_TYPES } from '../../adapters/registry/oci-types.ts';
import { createRegistry } from '../../adapters/registry/registry.ts';
import { listServices, startServices, stopServices, withServicesLock } from '../../services/control.ts';
import { EMBEDDED_SERVICES } from '../../services/embedded/names.ts';
import { startEmbedded } from '../../services/embedded/start-embedded.ts';
import { readEndpoints } from '../../services/endpoints.ts';
import { servicePaths } from '../../services/service-paths.ts';
import type { ServiceSpec, ServiceStatus } from '../../services/supervisor/service-spec.ts';
import { type TestStack, createTestStack, listeningAddresses, until, untilGone } from './stack.ts';

const LOOPBACK = '0100007F';

let stack: TestStack;

beforeAll(async () => {
  stack = await createTestStack();
});

afterAll(async () => {
  await stack.dispose();
});

describe('the embedded services', () => {
  it('all start, listen on loopback only, and are found by a second start', async () => {
    const first = await startEmbedded(stack);
    const second = await startEmbedded(stack);

    expect(first.services.map(({ state }) => state)).toEqual(first.services.map(() => 'running'));
    expect(first.services.map(({ name }) => name).toSorted()).toEqual(EMBEDDED_SERVICES.toSorted());
    expect(second.started).toEqual([]);
    expect(second.services.map(({ pid }) => pid)).toEqual(first.services.map(({ pid }) => pid));
    expect(second.endpoints).toEqual(await readEndpoints(stack.directories));
    for (const { pid } of first.services) {
      const addresses = await listeningAddresses(pid ?? 0);
      expect(addresses).not.toEqual([]);
      expect(new Set(addresses)).toEqual(new Set([LOOPBACK]));
    }
  });

  it('are restarted once when killed; the second time the failure is told, and a new start mends it', async () => {
    const before = await service('registry');
    process.kill(before.pid ?? 0, 'SIGKILL');
    await until('the registry runs again', async () => {
      const now = await service('registry');
      return now.state === 'running' && now.pid !== before.pid;
    });
    const restarted = await service('registry');
    expect(restarted).toMatchObject({ restarts: 1, reason: 'restarted because it was killed by SIGKILL' });

    process.kill(restarted.pid ?? 0, 'SIGKILL');
    await until('the registry is given up', async () => (await service('registry')).state === 'failed');
    expect(await service('registry')).toMatchObject({
      pid: null,
      reason: 'was killed by SIGKILL again after a restart',
    });
    expect((await service('registry')).lastLines.length).toBeGreaterThan(0);

    const mended = await startEmbedded(stack);
    expect(mended.started).toEqual(['registry']);
    expect(await service('registry')).toMatchObject({ state: 'running', restarts: 0 });
  });

  it('leave no process when the supervisor is killed, and start again', async () => {
    const processes = await stack.processes();
    expect(processes).toHaveLength(EMBEDDED_SERVICES.length + 1);
    process.kill(processes[0]?.pid ?? 0, 'SIGKILL');

    await untilGone(processes);
    expect(await listServices(stack.directories)).toEqual([]);
    const again = await startEmbedded(stack);
    expect(again.started).toEqual(EMBEDDED_SERVICES);
  });

  it('keep what they hold through a stop, which leaves no process', async () => {
    const { registry, temporal } = await readEndpoints(stack.directories);
    const config = new TextEncoder().encode('{}');
    const client = createRegistry({ host: registry?.host ?? '', plainHttp: true });
    const digest = await client.putBlob('test/kept', config);
    const manifest = {
      schemaVersion: 2,
      mediaType: MEDIA_TYPES.manifest,
      config: { mediaType: MEDIA_TYPES.empty, digest, size: config.byteLength },
      layers: [],
    };
    const bytes = new TextEncoder().encode(JSON.stringify(manifest));
    const pushed = await client.putManifest('test/kept', 'tag', MEDIA_TYPES.manifest, bytes);
    const namespace = ['--address', temporal?.address ?? '', '--namespace', 'kept'];
    await temporalCli(['operator', 'namespace', 'create', ...namespace]);
    const processes = await stack.processes();
    const endpoints = await readEndpoints(stack.directories);

    const stopped = await stopServices(stack.directories);
    await untilGone(processes);
    await expect(readEndpoints(stack.directories)).rejects.toMatchObject({ code: 'FND_NOT_RUNNING' });
    expect(await stopServices(stack.directories)).toEqual([]);
    const again = await startEmbedded(stack);

    expect(stopped).toHaveLength(EMBEDDED_SERVICES.length);
    expect({ ...again.endpoints, supervisor: 0 }).toEqual({ ...endpoints, supervisor: 0 });
    expect(await client.resolveTag('test/kept', 'tag')).toBe(pushed);
    expect(await temporalCli(['operator', 'namespace', 'describe', ...namespace])).toContain('kept');
  });

  it('of two state folders run side by side', async () => {
    const other = await createTestStack();
    try {
      const { endpoints } = await startEmbedded(other);
      expect(endpoints.registry?.host).not.toBe((await readEndpoints(stack.directories)).registry?.host);
      expect((await service('registry')).state).toBe('running');
    } finally {
      await other.dispose();
    }
  });

  it('do not move the issuer by accident', async () => {
    await stopServices(stack.directories);
    const moved = startEmbedded({ ...stack, only: ['oidc'], ports: { oidc: 19_998 } });
    await expect(moved).rejects.toMatchObject({
      code: 'FND_BAD_INPUT',
      hint: expect.stringContaining('--move-issuer'),
    });
    const deliberate = await startEmbedded({
      ...stack,
      only: ['oidc'],
      ports: { oidc: 19_998 },
      moveIssuer: true,
    });
    expect(deliberate.services).toMatchObject([{ name: 'oidc', address: 'http://127.0.0.1:19998' }]);
  });
});

describe('a start that cannot succeed', () => {
  it('names the port that is taken, who holds it and the next step', async () => {
    const { endpoints } = await startEmbedded({ ...stack, only: ['registry'] });
    await stopServices(stack.directories);
    const port = Number(endpoints.registry?.host.split(':')[1]);
    const squatter = createServer();
    await new Promise<void>((resolve) => squatter.listen(port, '127.0.0.1', resolve));
    try {
      await expect(startEmbedded({ ...stack, only: ['registry'] })).rejects.toMatchObject({
        code: 'FND_PORT_TAKEN',
        message: expect.stringContaining(`port ${port} of registry is taken by process ${process.pid}`),
        hint: expect.stringContaining('--port registry='),
      });
    } finally {
      await new Promise((resolve) => squatter.close(resolve));
    }
    expect(await stack.processes()).toEqual([]);
  });

  it('stops what it started, and shows the last words of what failed', async () => {
    const started: string[] = [];
    const good = nodeService('good', `require('node:net').createServer().listen(19997, '127.0.0.1')`, 19_997);
    const bad = nodeService('bad', `console.error('no such table: moon'); process.exit(3)`, 19_996, ['good']);
    const start = startServices(stack.directories, [good, bad], {
      onStarted: ({ name }) => started.push(name),
    });
    await expect(start).rejects.toMatchObject({
      code: 'FND_SERVICE_FAILED',
      message: expect.stringMatching(/bad ended with exit code 3 before it was ready:\nno such table: moon/),
    });
    expect(started).toEqual(['good']);
    expect(await stack.processes()).toEqual([]);
  });

  it('ends a service that does not become healthy in time', async () => {
    const deaf = { ...nodeService('deaf', 'setInterval(() => {}, 1000)', 19_996), startTimeoutMs: 400 };
    await expect(startServices(stack.directories, [deaf])).rejects.toThrow(
      'deaf did not become healthy within 0.4 s',
    );
    expect(await stack.processes()).toEqual([]);
  });

  it('undoes everything when it is interrupted', async () => {
    const interruption = new AbortController();
    const options = { onStarted: () => interruption.abort(), signal: interruption.signal };
    await expect(startEmbedded({ ...stack, ...options })).rejects.toMatchObject({ code: 'FND_INTERRUPTED' });
    expect(await stack.processes()).toEqual([]);
  });
});

describe('a start while another one is under way', () => {
  it('waits for it, says so, and finds what it started', async () => {
    let waited = 0;
    const start = { ...stack, only: ['registry'] as const, onWait: () => (waited += 1) };
    const outcomes = await Promise.all([startEmbedded(start), startEmbedded(start)]);

    expect(waited).toBe(1);
    expect(outcomes.flatMap(({ started }) => started)).toEqual(['registry']);
  });

  it('does not wait when it is interrupted', async () => {
    const interruption = new AbortController();
    await withServicesLock(stack.directories, {}, async () => {
      const waiting = startEmbedded({
        ...stack,
        onWait: () => interruption.abort(),
        signal: interruption.signal,
      });
      await expect(waiting).rejects.toMatchObject({ code: 'FND_INTERRUPTED' });
    });
    await stopServices(stack.directories);
  });
});

describe('data of a first start', () => {
  it('that did not end well is made again', async () => {
    const { temporal } = servicePaths(stack.directories);
    await rm(temporal, { recursive: true });
    await mkdir(temporal);
    await writeFile(join(temporal, '.first-start'), '');
    await writeFile(join(temporal, 'temporal.sqlite'), 'half a database');

    await startEmbedded({ ...stack, only: ['temporal'] });
    expect(await readdir(temporal)).not.toContain('.first-start');
    await stopServices(stack.directories);
  });
});

describe('a state folder that is removed', () => {
  it('takes its services with it, and nothing of it comes back', async () => {
    const other = await createTestStack();
    await startEmbedded({ ...other, only: ['registry', 'temporal'] });
    const processes = await other.processes();
    // A database that is still being written makes its folder fill again while it is emptied.
    await rm(other.directories.state, { recursive: true, maxRetries: 10 });
    await untilGone(processes);

    expect(processes).toHaveLength(3);
    await expect(stat(other.directories.state)).rejects.toThrow('ENOENT');
  });
});

describe('stopping', () => {
  it('insists with a service that does not listen to TERM', async () => {
    const code = `process.on('SIGTERM', () => {}); require('node:net').createServer().listen(19997, '127.0.0.1')`;
    await startServices(stack.directories, [nodeService('stubborn', code, 19_997)]);
    const processes = await stack.processes();
    expect(await stopServices(stack.directories)).toEqual(['stubborn']);
    await untilGone(processes);
  });

  it('is also what a supervisor does that is asked to end by the system', async () => {
    await startEmbedded({ ...stack, only: ['registry'] });
    const processes = await stack.processes();
    process.kill(processes[0]?.pid ?? 0, 'SIGTERM');
    await untilGone(processes);
    expect(await stopServices(stack.directories)).toEqual([]);
  });
});

it('sees that a service has stopped answering', async () => {
  const code = `const answer = (_, response) => response.writeHead(require('node:fs').existsSync(process.argv[1]) ? 200 : 503).end()
    require('node:http').createServer(answer).listen(19997, '127.0.0.1')`;
  const flag = join(stack.directories.state, 'well');
  await writeFile(flag, '');
  const spec = nodeService('http', code, 19_997);
  const health = { url: 'http://127.0.0.1:19997/', status: 200 };
  await startServices(stack.directories, [{ ...spec, args: [...spec.args, flag], health }]);

  await rm(flag);

  expect(await service('http')).toMatchObject({
    state: 'unhealthy',
    reason: 'does not answer its health check',
  });
});

async function service(name: string): Promise<ServiceStatus> {
  const found = (await listServices(stack.directories)).find((there) => there.name === name);
  if (found === undefined) throw new Error(`there is no service ${name}`);
  return found;
}

async function temporalCli(args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await runTool({ tool: 'temporal', file: stack.tools.path('temporal'), args });
  return stdout + stderr;
}

function nodeService(name: string, code: string, port: number, dependsOn: string[] = []): ServiceSpec {
  return {
    name,
    command: process.execPath,
    args: ['-e', code],
    env: {},
    ports: { tcp: port },
    address: `127.0.0.1:${port}`,
    health: { host: '127.0.0.1', port },
    dependsOn,
    startTimeoutMs: 20_000,
  };
}
