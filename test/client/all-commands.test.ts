import { describe, expect, it } from 'vitest';
import { RESULT_KINDS } from '../../client/output/kinds.ts';
import { describeCommands } from '../../client/reference/describe-commands.ts';
import { wholeProgram } from '../../client/reference/whole-program.ts';
import { type Ended, foundry as runInProcess } from './foundry-in-process.ts';

const commands = describeCommands(wholeProgram());
const named = commands.map((command) => [command.path.join(' '), command] as const);
const leaves = named.filter(([, { hasCommands }]) => !hasCommands);

const foundry = (...argv: string[]): Promise<Ended> =>
  runInProcess(argv, { TEMPORAL_API_KEY: 'hush', FOUNDRY_SECERT: 'hush' });

describe.each(named)('foundry %s', (name, command) => {
  it('has an example that calls it, and describes itself and everything that can be written', () => {
    expect(command.examples.filter((line) => line.includes(`foundry ${name}`.trim()))).not.toEqual([]);
    const terms = [...command.arguments, ...command.options];
    expect([command, ...terms].filter(({ description }) => description.trim() === '')).toEqual([]);
  });
});

describe.each(leaves)('foundry %s', (_name, { path }) => {
  it('answers a program that asks wrongly in an envelope, and prints nothing else', async () => {
    const { code, out, err } = await foundry(...path, '--output', 'json', '--no-such-option');

    expect([code, out]).toEqual([2, '']);
    expect(JSON.parse(err)).toMatchObject({
      schemaVersion: 1,
      kind: 'error',
      data: { code: 'FND_BAD_INPUT' },
    });
  });
});

describe('all commands together', () => {
  it('have a kind of answer each, and no kind is of a command that is not there', () => {
    expect(leaves.map(([name]) => name).toSorted()).toEqual(Object.keys(RESULT_KINDS).toSorted());
  });

  it.each([
    ['version', ['version']],
    ['environment', ['env', '--state-dir', '/nonexistent']],
    ['completion', ['completion', 'bash']],
    ['help', ['help', 'exit-codes']],
    ['help', ['help', 'vex', 'add']],
    ['candidates', ['__complete', '--', 'rel']],
  ] as const)('print one envelope of kind %s for %j', async (kind, argv) => {
    const { code, out, err } = await foundry('--output', 'json', ...argv);

    expect([code, err]).toEqual([0, '']);
    expect(JSON.parse(out)).toMatchObject({ schemaVersion: 1, kind });
  });

  it.each([
    [['docter'], 'Did you mean doctor?'],
    [['release', '--detatch'], 'Did you mean --detach?'],
    [['vex', 'ad'], 'did you mean add?'],
    [['version', '--output', 'jsn'], 'did you mean json?'],
    [['vex', 'add', 'CVE-1', '--status', 'not_afected'], 'did you mean not_affected?'],
    [['vex', 'add', 'CVE-1', '--variant', 'distrolss'], 'did you mean distroless?'],
    [['selftest', 'x', '--platform', 'linux/amd46'], 'did you mean linux/amd64?'],
    [['completion', 'bsh'], 'did you mean bash?'],
    [['lab', 'start', '--merge-signal', 'onn'], 'did you mean on?'],
    [['schedule', 'pause', 'ingst'], 'did you mean ingest?'],
    [['tools', '--only', 'trivi'], 'did you mean trivy?'],
    [['up', '--only', 'registri'], 'did you mean registry?'],
    [['run', 'standrd'], 'did you mean standard?'],
    [['help', 'relase'], 'did you mean release?'],
  ])('say what was most likely meant by %j', async (argv, suggestion) => {
    const { code, err } = await foundry(...argv);

    expect([code, err]).toEqual([2, expect.stringContaining(suggestion)]);
  });
});

describe('foundry env', () => {
  it('says where each value comes from, and shows none that may be a secret', async () => {
    const { code, out } = await foundry('env', '--state-dir', '/nonexistent', '--output', 'json');
    const { data } = JSON.parse(out) as { data: { settings: { name: string }[]; variables: object[] } };
    const setting = (name: string): object | undefined => data.settings.find((one) => one.name === name);

    expect(code).toBe(0);
    expect(setting('state folder')).toMatchObject({ value: '/nonexistent', origin: '--state-dir' });
    expect(setting('cache folder')).toMatchObject({ origin: 'default' });
    expect(setting('Temporal')).toMatchObject({ value: null });
    expect(data.variables).toEqual([
      { name: 'FOUNDRY_SECERT', value: null, meaning: null },
      { name: 'TEMPORAL_API_KEY', value: null, meaning: 'the key for that server' },
    ]);
    expect(out).not.toContain('hush');
  });
});
