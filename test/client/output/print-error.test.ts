import { describe, expect, it } from 'vitest';
import { exitCodeOf, renderError } from '../../../client/output/print-error.ts';
import { FoundryError } from '../../../domain/errors.ts';

const error = new FoundryError('FND_PORT_TAKEN', 'registry: port 5000 is taken', {
  hint: 'Run `./foundry up --port registry=5001`.',
  cause: new Error('listen EADDRINUSE\nsecond line'),
});

describe('printing an error', () => {
  it('shows code, message, cause, hint and docs anchor, and no stack', () => {
    expect(renderError(error, 'text')).toBe(
      [
        'error[FND_PORT_TAKEN]: registry: port 5000 is taken',
        '  because: listen EADDRINUSE',
        'hint: Run `./foundry up --port registry=5001`.',
        'docs: docs/errors.md#fnd_port_taken',
      ].join('\n'),
    );
    expect(exitCodeOf(error)).toBe(7);
  });

  it('prints one JSON envelope for programs', () => {
    expect(JSON.parse(renderError(error, 'json'))).toEqual({
      schemaVersion: 1,
      kind: 'error',
      data: {
        code: 'FND_PORT_TAKEN',
        message: 'registry: port 5000 is taken',
        hint: 'Run `./foundry up --port registry=5001`.',
        causes: ['listen EADDRINUSE'],
      },
    });
  });

  it('shows the stack of an error we did not foresee', () => {
    const bug = new TypeError('x is undefined');

    expect(renderError(bug, 'text')).toContain('FND_UNEXPECTED');
    expect(renderError(bug, 'text')).toContain('print-error.test.ts');
    expect(exitCodeOf(bug)).toBe(1);
  });

  it('shows only causes that say something new, each as one line of bearable length', () => {
    const tool = new FoundryError(
      'FND_TOOL_FAILED',
      'apt-get update ended with exit code 100:\nE: no route',
      {
        cause: Object.assign(new Error(`Command failed: apt-get ${'x'.repeat(5000)}`), {
          name: 'ExecaError',
        }),
      },
    );
    const archive = new FoundryError('FND_ARCHIVE_UNREACHABLE', 'no archive: E: no route', { cause: tool });
    const wrapped = new FoundryError('FND_UNREACHABLE', 'no route to host', { cause: new Error('no route') });
    const long = new FoundryError('FND_TOOL_FAILED', 'long', { cause: new Error('y'.repeat(5000)) });

    expect(renderError(archive, 'text').split('\n')).toEqual([
      'error[FND_ARCHIVE_UNREACHABLE]: no archive: E: no route',
      '  because: apt-get update ended with exit code 100:',
      'docs: docs/errors.md#fnd_archive_unreachable',
    ]);
    expect(renderError(wrapped, 'text')).not.toContain('because');
    expect(renderError(long, 'text').split('\n')[1]).toBe(`  because: ${'y'.repeat(300)}…`);
  });

  it('lets no program steer the terminal', () => {
    const said = new FoundryError('FND_TOOL_FAILED', 'it said \u001b[2J\u001b]0;title\u0007red\u0008\nnext');

    expect(renderError(said, 'text').split('\n').slice(0, 2)).toEqual([
      'error[FND_TOOL_FAILED]: it said red ',
      'next',
    ]);
  });
});
