#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { keepCompiledCode } from '../adapters/process/compile-cache.ts';

keepCompiledCode();
const { runFoundry } = await import('./program.ts');
const { tendStandardStreams } = await import('./output/standard-streams.ts');

tendStandardStreams(process);
const exitCode = await runFoundry({
  argv: process.argv.slice(2),
  environment: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  root: fileURLToPath(new URL('..', import.meta.url)),
});
// A result that could not be written has set it already.
process.exitCode ??= exitCode;
