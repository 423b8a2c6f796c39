import { readFile } from 'node:fs/promises';
import { argv, stdout } from 'node:process';
import { resolveClosure } from '../activities/ingest/closure/resolve-closure.ts';
import { verifyIndex } from '../adapters/apk/index-file.ts';
import { parsePublicKey } from '../adapters/apk/keys.ts';
import { CLOSURES } from './wolfi-like-index.ts';

/** One process of `ingest.ts`: verifies an index, reads it and resolves closures of it. Says what it found and what it took. */
const [, , index = '', keyFile = '', keyName = '', which = ''] = argv;
const began = performance.now();
const keys = new Map([[keyName, parsePublicKey(keyName, await readFile(keyFile, 'utf8'))]]);
const { records } = await verifyIndex(await readFile(index), keys, 'the index');
const read = performance.now();
const closures = which.split(',').map((at) => resolveClosure({ records, roots: CLOSURES[Number(at)] ?? [] }));
const found = closures.map((closure) => closure.map(({ name, version }) => `${name} ${version}`).toSorted());
stdout.write(
  JSON.stringify({
    found,
    readMs: read - began,
    resolveMs: performance.now() - read,
    peakMiB: process.resourceUsage().maxRSS / 1024,
  }),
);
