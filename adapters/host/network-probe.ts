import { readFileSync } from 'node:fs';
import { argv, stdout } from 'node:process';
import { canConnect } from './network-isolation.ts';

// Run inside a network namespace of its own: prints the interfaces it sees and whether it reaches the port outside.
const [, , port] = argv;
const interfaces = readFileSync('/proc/self/net/dev', 'utf8')
  .split('\n')
  .filter((line) => line.includes(':'))
  .map((line) => line.slice(0, line.indexOf(':')).trim());
stdout.write(JSON.stringify({ interfaces, connected: await canConnect(Number(port)) }));
