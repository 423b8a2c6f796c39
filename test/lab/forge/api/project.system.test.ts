import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLabServer } from '../../../../lab/server/lab-server.ts';
import { quiet, REPOSITORY, type RunningForge, startForge } from '../start-forge.ts';

describe('the project through the API', () => {
  let forge: RunningForge;
  beforeAll(async () => {
    forge = await startForge();
    for (const version of ['3.5.4', '3.5.10']) {
      const folder = `/openssl/openssl/releases/download/openssl-${version}`;
      await forge.world.writeFile(0, `${folder}/openssl-${version}.tar.gz`, `source of ${version}`);
    }
  });
  afterAll(async () => await forge.stop());

  it('lists the releases of the day to octokit, with digests and downloads that work', async () => {
    const { data, headers } = await forge.octokit.rest.repos.listReleases({
      owner: 'openssl',
      repo: 'openssl',
    });
    expect(data.map((release) => release.tag_name)).toEqual(['openssl-3.5.10', 'openssl-3.5.4']);
    const [asset] = data[0]?.assets ?? [];
    expect(await (await fetch(asset?.browser_download_url ?? '')).text()).toBe('source of 3.5.10');
    expect(asset).toMatchObject({ size: 16, digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) });
    expect(headers['x-ratelimit-limit']).toBe('5000');
    const latest = await forge.octokit.rest.repos.getLatestRelease({ owner: 'openssl', repo: 'openssl' });
    expect(latest.data.tag_name).toBe('openssl-3.5.10');
  });

  it('remembers checks, statuses, issues and advisories over a restart', async () => {
    const sha = await forge.head();
    const { rest } = forge.octokit;
    await rest.checks.create({ ...REPOSITORY, name: 'gates', head_sha: sha, conclusion: 'success' });
    await rest.repos.createCommitStatus({ ...REPOSITORY, sha, state: 'success', context: 'foundry' });
    const issue = { ...REPOSITORY, title: 'CVE-2026-0001', labels: ['cve', 'critical'] };
    const { data: opened } = await rest.issues.create(issue);
    await rest.issues.createComment({ ...REPOSITORY, issue_number: opened.number, body: 'seen again' });
    await rest.securityAdvisories.createRepositoryAdvisory({
      ...REPOSITORY,
      summary: 's',
      description: 'd',
      cve_id: 'CVE-2026-0001',
      severity: 'high',
      vulnerabilities: [{ package: { ecosystem: 'other', name: 'openssl' } }],
    });

    const restarted = await startLabServer({ stateDir: forge.world.stateDir, port: 0, log: quiet });
    const second = forge.octokitWith(forge.reader, restarted.origin);
    const checks = await second.rest.checks.listForRef({ ...REPOSITORY, ref: 'main' });
    expect(checks.data.check_runs).toMatchObject([{ name: 'gates', status: 'completed' }]);
    const statuses = await second.rest.repos.listCommitStatusesForRef({ ...REPOSITORY, ref: sha });
    expect(statuses.data).toMatchObject([{ context: 'foundry', state: 'success' }]);
    const found = await second.rest.issues.listForRepo({ ...REPOSITORY, labels: 'cve,critical' });
    expect(found.data).toMatchObject([{ title: 'CVE-2026-0001', comments: 1 }]);
    const missing = await second.rest.issues.listForRepo({ ...REPOSITORY, labels: 'cve,low' });
    expect(missing.data).toEqual([]);
    const advisories = await second.rest.securityAdvisories.listRepositoryAdvisories(REPOSITORY);
    expect(advisories.data).toMatchObject([{ cve_id: 'CVE-2026-0001', state: 'draft' }]);
    await restarted.close();

    const number = { ...REPOSITORY, issue_number: opened.number };
    expect((await rest.issues.update({ ...number, state: 'closed' })).data.state).toBe('closed');
    expect((await rest.issues.listForRepo(REPOSITORY)).data).toEqual([]);
  });

  it('takes a dependency snapshot, and refuses one with a wrong purl, a wrong commit or no right to', async () => {
    const snapshot = {
      ...REPOSITORY,
      version: 0,
      sha: await forge.head(),
      ref: 'refs/heads/main',
      job: { id: '1', correlator: 'standard-amd64' },
      detector: { name: 'foundry', version: '0', url: 'https://foundry.invalid' },
      scanned: new Date().toISOString(),
      manifests: manifestOf('pkg:apk/wolfi/glibc@2.42-r0?arch=x86_64'),
    };
    const submit = 'POST /repos/{owner}/{repo}/dependency-graph/snapshots';
    const accepted = await forge.octokit.request(submit, snapshot);
    expect(accepted).toMatchObject({ status: 201, data: { result: 'ACCEPTED' } });
    await forge.octokit.request(submit, snapshot);
    const stored: unknown = JSON.parse(await readFile(join(forge.paths.api, 'snapshots.json'), 'utf8'));
    expect(stored).toMatchObject({ submitted: 2, current: [{ correlator: 'standard-amd64' }] });

    for (const purl of ['', 'glibc', 'pkg:', 'pkg:apk', 'pkg:apk/', 'pkg:/glibc', 'pkg:a pk/glibc']) {
      const wrong = forge.octokit.request(submit, { ...snapshot, manifests: manifestOf(purl) });
      await expect(wrong).rejects.toMatchObject({ status: 422 });
    }
    await expect(forge.octokit.request(submit, { ...snapshot, sha: 'abc' })).rejects.toMatchObject({
      status: 422,
    });
    const powerless = forge.octokitWith(forge.reader).request(submit, snapshot);
    await expect(powerless).rejects.toMatchObject({ status: 403 });
    await writeFile(join(forge.paths.api, 'settings.json'), '{"refusedPurlTypes":["apk"]}');
    await expect(forge.octokit.request(submit, snapshot)).rejects.toThrow('invalid package url type: apk');
  });

  it('gave no answer that breaks the description of GitHub', () => {
    expect(forge.failures).toEqual([]);
  });
});

function manifestOf(
  purl: string,
): Record<string, { name: string; resolved: Record<string, { package_url: string }> }> {
  return { apk: { name: 'apk', resolved: { glibc: { package_url: purl } } } };
}
