#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { runFoundry } from './program.ts';

process.exitCode = await runFoundry({
  argv: process.argv.slice(2),
  environment: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  root: fileURLToPath(new URL('..', import.meta.url)),
});
