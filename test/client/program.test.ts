import { describe, expect, it } from 'vitest';
import { foundry } from './foundry-in-process.ts';

describe('the foundry command', () => {
  it('prints its version on standard output and nothing else', async () => {
    const { code, out, err } = await foundry(['version']);

    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^wolfi-openssl-fips \d+\.\d+\.\d+ \(Node v24\.\d+\.\d+\)\n$/);
  });

  it('takes the global options after the verb too', async () => {
    const { code, out } = await foundry(['version', '--output', 'json']);

    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      schemaVersion: 1,
      kind: 'version',
      data: { name: 'wolfi-openssl-fips' },
    });
  });

  it('suggests the verb that was meant and ends with 2', async () => {
    const { code, err } = await foundry(['docter']);

    expect(code).toBe(2);
    expect(err).toContain('Did you mean doctor?');
  });

  it('names the values an option may have', async () => {
    const { code, err } = await foundry(['version', '--output', 'yaml']);

    expect(code).toBe(2);
    expect(err).toContain('Allowed choices are text, json');
  });

  it('shows help with examples and ends with 0', async () => {
    const { code, out } = await foundry(['doctor', '--help']);

    expect(code).toBe(0);
    expect(out).toContain('Examples:');
  });

  it.each(['release', 'list', 'show', 'retry', 'abort', 'report', 'verify', 'vex'])(
    'shows how %s is used, by examples',
    async (verb) => {
      const { code, out } = await foundry([verb, '--help']);

      expect(code).toBe(0);
      expect(out).toMatch(new RegExp(`Examples:\\n  foundry ${verb}`));
    },
  );

  it.each(['list', 'show', 'report --index'])(
    '%s tells that nothing runs, and how to start it',
    async (verb) => {
      const { code, err } = await foundry([...verb.split(' '), '--state-dir', '/nonexistent']);

      expect(code).toBe(7);
      expect(err).toContain('error[FND_NOT_RUNNING]');
      expect(err).toContain('./foundry up');
    },
  );

  it('wants a reason for an abort, before anything is started', async () => {
    const none = await foundry(['abort', 'latest']);
    const empty = await foundry(['abort', 'latest', '--reason', ' ']);

    expect([none.code, empty.code]).toEqual([2, 2]);
    expect(none.err).toContain("required option '--reason <text>' not specified");
    expect(empty.err).toContain('--reason is empty');
  });

  it('will not write the index, all pages and one release at once', async () => {
    const both = await foundry(['report', '--index', '--all']);
    const one = await foundry(['report', 'latest', '--all']);

    expect([both.code, one.code]).toEqual([2, 2]);
    expect(both.err).toContain('--index and --all cannot be asked for together');
    expect(one.err).toContain('--all and a release cannot be asked for together');
  });

  it('wants to know whom to trust before it writes what was signed', async () => {
    const { code, err } = await foundry(['report', '--state-dir', '/nonexistent']);

    expect(code).toBe(2);
    expect(err).toContain('Name a profile');
  });

  it('will not both wait for a release and leave it', async () => {
    const { code, err } = await foundry(['release', '--wait', '--detach']);

    expect(code).toBe(2);
    expect(err).toContain('cannot be used with');
  });

  it('refuses a relative state folder before it touches anything', async () => {
    const { code, err } = await foundry(['status', '--state-dir', 'here']);

    expect(code).toBe(2);
    expect(err).toContain('error[FND_BAD_INPUT]: --state-dir: here is not an absolute path');
  });

  it('refuses a command line as it does everything else: with a code and the next step, for programs too', async () => {
    const text = await foundry(['down', '--force']);
    const json = await foundry(['--output', 'json', 'lab', 'advance', '--to', 'x']);

    expect(text.code).toBe(2);
    expect(text.err.split('\n').slice(0, 2)).toEqual([
      "error[FND_BAD_INPUT]: unknown option '--force'",
      'hint: `./foundry down --help` tells what can be written.',
    ]);
    expect(json.code).toBe(2);
    expect(JSON.parse(json.err)).toMatchObject({ kind: 'error', data: { code: 'FND_BAD_INPUT' } });
  });

  it.each(['status', 'down', 'up'])('%s tells of a state folder that is a file', async (verb) => {
    const { code, err } = await foundry([verb, '--state-dir', '/dev/null']);

    expect(err).toMatch(/^error\[FND_BAD_INPUT\]: \/dev\/null\/services.* cannot be a file or folder/);
    expect(code).toBe(2);
  });
});
