import type { PackageFile } from '../../adapters/apk/package-file.ts';
import type { PackageInfo } from '../../adapters/apk/package-info.ts';
import { parseApkVersion } from '../../adapters/apk/version.ts';
import { writePackage, type PackageEntry } from '../../adapters/apk/write-package.ts';
import { LAB } from './convert.ts';

/** 1 February 2023 00:00 UTC: the version of Wolfi's own base layout says so too. */
const LAYOUT_TIME = 1_675_209_600;
const LAYOUT_VERSION = '20230201';

/**
 * The packages that come from no Debian package: the base layout, the keys, and names that only pull in others.
 * `publicKey` is the repository's in PEM, `keyName` its file name.
 */
export async function ownPackages(keys: { keyName: string; publicKey: string }): Promise<PackageFile[]> {
  const key = Buffer.from(keys.publicKey);
  return await Promise.all([
    own('wolfi-baselayout', `${LAYOUT_VERSION}-r20`, 'folders, links, users and names', layout(), {
      provides: ['merged-bin=1-r0', 'merged-lib=1-r0', 'merged-sbin=1-r0', 'merged-usrsbin=1-r0'],
    }),
    own('wolfi-keys', '1-r0', "the lab's own repository key, under the name of Wolfi's", [
      { type: 'file', path: `etc/apk/keys/${keys.keyName}`, mode: 0o644, content: key },
      { type: 'file', path: `usr/share/apk/keys/${keys.keyName}`, mode: 0o644, content: key },
    ]),
    own('wolfi-base', '1-r0', 'what a base image holds', [], {
      depends: ['apk-tools', 'busybox', 'ca-certificates-bundle', 'wolfi-baselayout', 'wolfi-keys'],
    }),
    own('build-base', '1-r0', 'what a build in C needs', [], {
      depends: ['binutils', 'gcc', 'glibc-dev', 'gzip', 'make', 'tar', 'wolfi-baselayout'],
    }),
  ]);
}

async function own(
  name: string,
  version: string,
  description: string,
  entries: readonly PackageEntry[],
  needs: Partial<Pick<PackageInfo, 'depends' | 'provides'>> = {},
): Promise<PackageFile> {
  return await writePackage(
    {
      name,
      version: parseApkVersion(version),
      arch: 'x86_64',
      description: `${description} (foundry lab; not from Wolfi)`,
      url: LAB.url,
      license: 'Apache-2.0',
      origin: name,
      maintainer: LAB.maintainer,
      buildTime: LAYOUT_TIME,
      commit: 'foundry lab',
      depends: needs.depends ?? [],
      provides: needs.provides ?? [],
      replaces: [],
      installIf: [],
      providerPriority: 0,
    },
    entries,
  );
}

const FOLDERS: Readonly<Record<string, number>> = {
  dev: 0o755,
  etc: 0o755,
  home: 0o755,
  mnt: 0o755,
  opt: 0o755,
  proc: 0o555,
  root: 0o700,
  run: 0o755,
  sys: 0o555,
  tmp: 0o1777,
  'usr/bin': 0o755,
  'usr/lib': 0o755,
  'usr/local/bin': 0o755,
  'usr/local/lib': 0o755,
  'usr/share': 0o755,
  'var/cache': 0o755,
  'var/lib': 0o755,
  'var/log': 0o755,
  'var/tmp': 0o1777,
};

const LINKS: Readonly<Record<string, string>> = {
  bin: 'usr/bin',
  lib: 'usr/lib',
  lib64: 'usr/lib',
  sbin: 'usr/bin',
  'usr/lib64': 'lib',
  'usr/sbin': 'bin',
};

const TEXTS: Readonly<Record<string, string>> = {
  'etc/passwd': ['root:x:0:0:root:/root:/bin/sh', 'nobody:x:65534:65534:nobody:/:/bin/false', ''].join('\n'),
  'etc/group': 'root:x:0:\nnobody:x:65534:\n',
  'etc/hosts': '127.0.0.1 localhost\n::1 localhost\n',
  'etc/nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files dns\n',
  'etc/shells': '/bin/sh\n/bin/bash\n',
  'etc/os-release': [
    'ID=wolfi',
    'NAME="Wolfi (stand-in of the foundry lab)"',
    'PRETTY_NAME="Stand-in for Wolfi in the foundry lab, made from Debian packages; not a real system"',
    `VERSION_ID="${LAYOUT_VERSION}"`,
    `HOME_URL="${LAB.url}"`,
    'VARIANT_ID=foundry-lab',
    '',
  ].join('\n'),
};

function layout(): PackageEntry[] {
  return [
    ...Object.entries(FOLDERS).map(([path, mode]): PackageEntry => ({ type: 'directory', path, mode })),
    ...Object.entries(LINKS).map(([path, target]): PackageEntry => ({ type: 'symlink', path, target })),
    ...Object.entries(TEXTS).map(([path, text]): PackageEntry => ({
      type: 'file',
      path,
      mode: 0o644,
      content: Buffer.from(text),
    })),
  ];
}
