import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

/** Beside the installed packages: whoever may write there may change the code itself, and nobody else can. */
const FOLDER = fileURLToPath(new URL('../../node_modules/.cache/compiled', import.meta.url));

/** Keeps what Node makes of our sources for the next run: it is half the time of a short command. Call it before importing them. */
export function keepCompiledCode(): void {
  enableCompileCache(FOLDER);
}

/** The variables that let a Node program of ours, started by us, do the same. */
export function compileCacheEnvironment(): { readonly NODE_COMPILE_CACHE: string } {
  return { NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? FOLDER };
}
