import type { ErrorCode } from '../../domain/errors.ts';

const FIRST_LINES = 12;

interface Explanation {
  readonly code: ErrorCode;
  readonly summary: string;
  readonly hint: string;
}

interface Symptom {
  readonly pattern: RegExp;
  readonly code: ErrorCode;
  readonly hint: (repeat: string, goVersion: string) => string;
}

/** What the Go client's words tell about the cause, the most telling first. */
const SYMPTOMS: readonly Symptom[] = [
  {
    pattern: /no space left on device|disk quota exceeded/,
    code: 'FND_DISK_FULL',
    hint: (repeat) =>
      `Free some space (the Go caches, the temporary folder and the foundry's cache all need it), then run ${repeat}.`,
  },
  {
    pattern: /checksum mismatch|missing go\.sum entry|updates to go\.(mod|sum) needed|malformed go\.sum/,
    code: 'FND_TOOL_BUILD_FAILED',
    hint: (repeat) =>
      `The module files in tools/ do not agree with the modules: restore them with \`git checkout -- tools\`, then run ${repeat}.`,
  },
  {
    pattern: /toolchain not available|download go[\d.]+ for/,
    code: 'FND_TOOL_BUILD_FAILED',
    hint: (repeat, goVersion) =>
      `Go ${goVersion} is pinned and could not be fetched: make the Go module proxy reachable (GOPROXY) or install that release, then run ${repeat}.`,
  },
  {
    pattern:
      /dial tcp|no such host|i\/o timeout|connection refused|TLS handshake|network is unreachable|EOF$/m,
    code: 'FND_TOOL_BUILD_FAILED',
    hint: (repeat) =>
      `The Go module proxy could not be reached: check the network and GOPROXY, then run ${repeat}.`,
  },
];

/** Finds the cause in what the Go client printed. `summary` holds its first telling lines, without the download log. */
export function explainBuildFailure(output: string, tool: string, goVersion: string): Explanation {
  const lines = output
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('go: downloading '));
  const summary = lines.length === 0 ? 'the compiler said nothing' : lines.slice(0, FIRST_LINES).join('\n');
  const repeat = `\`./foundry tools --only ${tool}\``;
  const symptom = SYMPTOMS.find(({ pattern }) => pattern.test(output));
  if (symptom === undefined) {
    return { code: 'FND_TOOL_BUILD_FAILED', summary, hint: `Repeat it alone with ${repeat}.` };
  }
  return { code: symptom.code, summary, hint: symptom.hint(repeat, goVersion) };
}
