import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import type { ClientContext } from '../context.ts';

const PackageFile = z.object({ name: z.string(), version: z.string() });

/** `foundry version`: which foundry this is and what it runs on. */
export function registerVersion(program: Command, context: ClientContext): void {
  program
    .command('version')
    .description('Print the version of the foundry and of the Node it runs on')
    .addHelpText('after', '\nExamples:\n  foundry version\n  foundry version --output json')
    .action(async () => {
      const { name, version } = PackageFile.parse(
        JSON.parse(await readFile(join(context.root, 'package.json'), 'utf8')),
      );
      const data = { name, version, node: process.version };
      context.io.result('version', data, () => `${name} ${version} (Node ${process.version})`);
    });
}
