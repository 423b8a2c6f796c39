import { describe, expect, test } from 'vitest';
import { imageCommand, imageSandboxArguments } from '../../../adapters/sandbox/run-in-image.ts';

const CONFIG = {
  config: {
    User: '65532',
    Env: ['PATH=/usr/bin', 'A=b=c'],
    Entrypoint: ['/usr/bin/openssl'],
    Cmd: ['version', '-a'],
    WorkingDir: '/home',
    Labels: {},
  },
};

describe('the command of an image', () => {
  test('is the entry point with the default arguments, or with those that are given', () => {
    expect(imageCommand(CONFIG, [])).toEqual(['/usr/bin/openssl', 'version', '-a']);
    expect(imageCommand(CONFIG, ['list', '-providers'])).toEqual(['/usr/bin/openssl', 'list', '-providers']);
  });

  test('is what is given when there is no entry point', () => {
    expect(imageCommand({ config: { Env: [], Labels: {} } }, ['gcc'])).toEqual(['gcc']);
  });
});

describe('the sandbox of an image', () => {
  const args = imageSandboxArguments({
    root: '/root-of-image',
    config: CONFIG,
    mounts: [{ source: '/tampered', target: '/usr/lib/ossl-modules/fips.so' }],
    env: { OPENSSL_CONF: '/dev/null' },
  }).join(' ');

  test('has no network, no capabilities and a read-only file system', () => {
    expect(args).toContain('--unshare-all');
    expect(args).toContain('--cap-drop ALL');
    expect(args).toContain('--ro-bind /root-of-image / ');
    expect(args).not.toMatch(/--(bind|dev-bind|share-net|cap-add) /);
  });

  test("has the image's user, folder and variables, and nothing of ours", () => {
    expect(args).toContain('--uid 65532 --gid 65532');
    expect(args).toContain('--chdir /home');
    expect(args).toContain('--clearenv');
    expect(args).toContain('--setenv PATH /usr/bin --setenv A b=c');
  });

  test('takes files and variables of a test on top, last', () => {
    expect(args).toContain('--ro-bind /tampered /usr/lib/ossl-modules/fips.so');
    expect(args.endsWith('--setenv OPENSSL_CONF /dev/null')).toBe(true);
  });
});
