import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { writeLayout } from '../../../../adapters/oci-layout/layout.ts';
import { runTool } from '../../../../adapters/process/run-tool.ts';
import type { Advisory } from '../../../../lab/advisories/advisory.ts';
import { pushScannerDatabase } from '../../../../lab/advisories/push-database.ts';
import { buildScannerDatabase } from '../../../../lab/advisories/scanner-database.ts';
import { builtTool } from '../../../adapters/registry/built-tool.ts';
import { type RealRegistry, startRealRegistry } from '../../../adapters/registry/real-registry.ts';
import { pythonWith } from '../../../foreign/python-environment.ts';
import { imageOf, type Sbom, sbomOf } from './described-image.ts';

const common = { severity: 'High', summary: 'Made up.', published: '2026-08-25' } as const;
const ADVISORIES: readonly Advisory[] = [
  { ...common, cve: 'CVE-2099-2008', title: 'Fixed after our core.', fixedIn: '3.5.8' },
  { ...common, cve: 'CVE-2099-2007', title: 'Fixed in our core.', fixedIn: '3.5.7' },
];

/** What Trivy says; not the licences, of which it makes words in an image and keeps the expression in an SBOM. */
const Report = z.object({
  Metadata: z.object({ OS: z.object({ Family: z.string(), Name: z.string() }) }),
  Results: z.array(
    z.object({
      Class: z.string(),
      Type: z.string(),
      Packages: z.array(
        z.object({
          Name: z.string(),
          Version: z.string(),
          SrcName: z.string(),
          DependsOn: z.array(z.string()).default([]),
        }),
      ),
      Vulnerabilities: z
        .array(
          z.object({
            VulnerabilityID: z.string(),
            PkgName: z.string(),
            InstalledVersion: z.string(),
            FixedVersion: z.string(),
            Severity: z.string(),
          }),
        )
        .default([]),
    }),
  ),
});
type Report = z.infer<typeof Report>;

let folder: string;
let registry: RealRegistry;
let database: string;
let sbom: Sbom;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'foundry-sbom-'));
  registry = await startRealRegistry(await builtTool('registry'), join(folder, 'registry'));
  const trivyDb = await builtTool('trivy-db');
  const layer = await buildScannerDatabase(ADVISORIES, {
    cacheDir: join(folder, 'databases'),
    tools: { path: () => trivyDb },
    updatedAt: new Date(),
    report: () => undefined,
  });
  await pushScannerDatabase(registry.client, 'lab/trivy-db', '2', layer);
  database = `${registry.host}/lab/trivy-db:2`;
  sbom = await sbomOf(await imageOf());
});

afterAll(async () => {
  await registry.stop();
  await rm(folder, { recursive: true, force: true });
});

async function scan(kind: 'image' | 'sbom', ...target: string[]): Promise<Report> {
  const cache = join(folder, 'cache');
  await mkdir(cache, { recursive: true });
  const places = ['--cache-dir', cache, '--db-repository', database, '--insecure', '--skip-java-db-update'];
  const alone = ['--skip-version-check', '--disable-telemetry', '--offline-scan'];
  const asked = ['--scanners=vuln', '--format=json', '--list-all-pkgs', '--quiet'];
  const { stdout } = await runTool({
    tool: 'trivy',
    file: await builtTool('trivy'),
    args: [kind, ...places, ...alone, ...asked, ...target],
    env: { HOME: cache, XDG_CACHE_HOME: cache },
  });
  return Report.parse(JSON.parse(stdout));
}

async function scanSbom(document: unknown): Promise<Report> {
  const path = join(folder, 'sbom.cdx.json');
  await writeFile(path, JSON.stringify(document));
  return await scan('sbom', path);
}

function found({ Results }: Report): string[] {
  return Results.flatMap(({ Vulnerabilities }) => Vulnerabilities).map(
    (one) => `${one.PkgName} ${one.VulnerabilityID}`,
  );
}

describe('trivy, of the SBOM,', () => {
  test('finds what it finds on the image: system, packages with origins and dependencies, vulnerabilities', async () => {
    const layout = join(folder, 'layout');
    await writeLayout(layout, await imageOf());
    const [ofImage, ofSbom] = [await scan('image', '--input', layout), await scanSbom(sbom)];

    expect(ofSbom).toEqual(ofImage);
    expect(found(ofSbom)).toEqual(['libcrypto3 CVE-2099-2008']);
    expect(ofSbom.Metadata.OS).toEqual({ Family: 'wolfi', Name: '20230201' });
    expect(ofSbom.Results[0]?.Packages).toHaveLength(5);
  });

  test('would find nothing without the origin, by which the advisories are kept', async () => {
    const text = JSON.stringify(sbom).replaceAll('aquasecurity:trivy:SrcName', 'x:SrcName');

    expect(found(await scanSbom(JSON.parse(text)))).toEqual([]);
  });
});

test("CycloneDX's validator for Python, which is not ours, finds the SBOM valid and a damaged one not", async () => {
  const program = `
import json, sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
validator = JsonStrictValidator(SchemaVersion.V1_6)
print(json.dumps([validator.validate_str(json.dumps(one)) is None for one in json.load(sys.stdin)]))
`;
  const file = { type: 'file', name: 'x', hashes: [{ alg: 'SHA-256', content: 'ab' }] };
  const documents = [
    sbom,
    { ...sbom, more: true },
    { ...sbom, components: [file] },
    { ...sbom, formulation: [{ workflows: [{}] }] },
  ];
  const python = await pythonWith('cyclonedx-validator.txt');
  const input = JSON.stringify(documents);
  const { stdout } = await runTool({ tool: 'python', file: python, args: ['-c', program], input });

  expect(JSON.parse(stdout)).toEqual([true, false, false, false]);
});
