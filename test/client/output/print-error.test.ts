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
});
