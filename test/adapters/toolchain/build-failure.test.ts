import { describe, expect, it } from 'vitest';
import { explainBuildFailure } from '../../../adapters/toolchain/build-failure.ts';

function explain(output: string): ReturnType<typeof explainBuildFailure> {
  return explainBuildFailure(output, 'crane', '1.26.8');
}

describe('explaining a failed build', () => {
  it('shows the compiler and not the download log', () => {
    const { code, summary, hint } = explain(
      'go: downloading example.org/a v1.0.0\n# example.org/a\na.go:3:1: syntax error\n',
    );

    expect(code).toBe('FND_TOOL_BUILD_FAILED');
    expect(summary).toBe('# example.org/a\na.go:3:1: syntax error');
    expect(hint).toContain('./foundry tools --only crane');
  });

  it('keeps the first lines of a long output', () => {
    const lines = Array.from({ length: 40 }, (_, index) => `line ${index}`);

    expect(explain(lines.join('\n')).summary.split('\n')).toEqual(lines.slice(0, 12));
  });

  it.each([
    ['write /tmp/x: no space left on device', 'FND_DISK_FULL', 'Free some space'],
    ['verifying example.org/a@v1.0.0: checksum mismatch', 'FND_TOOL_BUILD_FAILED', 'git checkout -- tools'],
    ['missing go.sum entry for module', 'FND_TOOL_BUILD_FAILED', 'git checkout -- tools'],
    [
      'go: download go1.26.8 for linux/amd64: toolchain not available',
      'FND_TOOL_BUILD_FAILED',
      'Go 1.26.8 is pinned',
    ],
    ['dial tcp: lookup proxy.example: no such host', 'FND_TOOL_BUILD_FAILED', 'proxy could not be reached'],
  ])('reads the cause from %j', (output, code, hint) => {
    const explained = explain(output);

    expect(explained.code).toBe(code);
    expect(explained.hint).toContain(hint);
  });

  it('says so when there was no output', () => {
    expect(explain('\n').summary).toBe('the compiler said nothing');
  });
});
