import { columns } from '../output/columns.ts';
import type { ListedStatement, Statements } from './statements.ts';

/** What is stated, a line each, for people. */
export function renderStatements({ commit, statements }: Statements): string {
  if (statements.length === 0) return `${commit} states nothing about vulnerabilities`;
  return columns([['CVE', 'STATUS', 'UNTIL', 'FOR', 'BY', 'WHY'], ...statements.map(row)]).join('\n');
}

function row({
  cve,
  status,
  justification,
  expires,
  isExpired,
  variants,
  owner,
  reason,
}: ListedStatement): string[] {
  const why = justification === undefined ? reason : `${justification}: ${reason}`;
  return [cve, status, isExpired ? `${expires} (over)` : expires, variants?.join(', ') ?? 'all', owner, why];
}
