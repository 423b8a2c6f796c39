import { argv, env, execve, umask } from 'node:process';

// Becomes another program under a file creation mask: `with-umask.ts <octal mask> <program> <argument>…`. Node can set the
// mask of its own process only, and other work shares that process.
const [, , mask, program, ...args] = argv;
if (mask === undefined || program === undefined || execve === undefined)
  throw new Error('mask and program are needed');
umask(Number.parseInt(mask, 8));
execve(program, [program, ...args], env);
