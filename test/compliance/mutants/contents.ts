import type { Variant } from '../../../domain/pins/variant.ts';
import type { Mutant, MutantEntry } from './mutant.ts';

function holding(
  name: string,
  wrong: string,
  entries: Record<string, MutantEntry>,
  variant: Variant = 'distroless',
): Mutant {
  return { name, wrong, variant, entries, seenBy: ['looks'] };
}

const CAPABILITY = { 'SCHILY.xattr.security.capability': '\u0001\u0000\u0000\u0002' };
const DATABASE = 'usr/lib/apk/db/installed';
const KEY =
  '-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg\n-----END PRIVATE KEY-----\n';

/** Wrong contents, owners and permissions. */
export const CONTENT_MUTANTS: readonly Mutant[] = [
  holding('shell', 'there is a shell in distroless', { 'usr/bin/sh': { program: 'silent' } }),
  holding(
    'another-shell',
    'there is a shell that nobody asked for',
    { 'usr/bin/zsh': { program: 'silent' } },
    'standard',
  ),
  holding(
    'compiler',
    'there is a compiler in standard',
    { 'usr/bin/gcc': { program: 'silent' } },
    'standard',
  ),
  holding(
    'no-compiler',
    'there is no compiler in development',
    { 'usr/bin/gcc': { removed: true } },
    'development',
  ),
  holding(
    'headers',
    'there are headers and an object in standard',
    { 'usr/include/a.h': 'x', 'usr/lib/a.o': 'x' },
    'standard',
  ),
  holding('package-manager', 'there is a package manager', { 'usr/bin/apk': { program: 'silent' } }),
  holding('interpreter', 'there are an interpreter and a debugger', {
    'usr/bin/python3': { program: 'silent' },
    'usr/bin/gdb': { program: 'silent' },
  }),
  holding('second-libcrypto', 'there is a second libcrypto, under another name', {
    'usr/lib/libown.so': { copy: 'usr/lib/libcrypto.so.3' },
  }),
  holding('libcrypto-beside', 'there is a libcrypto that the loader finds first', {
    'usr/local/lib/libcrypto.so.3': { copy: 'usr/lib/libcrypto.so.3' },
  }),
  holding(
    'libcrypto-for-builds',
    'what programs are built against is not all there',
    {
      'usr/lib/libssl.a': { removed: true },
      'usr/include/openssl/opensslv.h': '# define OPENSSL_VERSION_TEXT "OpenSSL 3.0.0 7 Sep 2021"\n',
    },
    'development',
  ),
  holding('legacy-provider', 'there is a legacy provider', {
    'usr/lib/ossl-modules/legacy.so': { copy: 'usr/lib/ossl-modules/fips.so' },
  }),
  holding('engines', 'there is an engine', { 'usr/lib/engines-3/afalg.so': { program: 'preloaded' } }),
  holding('gnutls', 'there is another library of cryptography', {
    'usr/lib/libgnutls.so.30': { program: 'preloaded' },
  }),
  holding(
    'linked-program',
    'somebody’s program is built against OpenSSL without hardening, outside of /usr',
    {
      'opt/linked': { program: 'linked' },
    },
  ),
  holding('scripts', 'there are the scripts of OpenSSL', { 'etc/ssl/misc/CA.pl': '#!/usr/bin/perl\n' }),
  holding('private-key', 'there is a private key', { 'etc/ssl/private/server.key': KEY }),
  holding('token', 'there is a token', { 'etc/settings': `token=ghp_${'A'.repeat(36)}\n` }),
  holding(
    'certificates-beside',
    'there is a second bundle of authorities',
    { 'etc/ssl/certs/own.crt': 'x' },
    'standard',
  ),
  holding('loader-folders', 'the loader looks in another folder', {
    'etc/ld.so.conf': '/tmp/lib\n/usr/lib\n',
  }),
  holding('left-over', 'something is left over of the build', {
    'root/.bash_history': 'x',
    'var/cache/misc/x': 'x',
  }),
  holding('version-control', 'there is a folder of version control', { 'usr/share/.git/config': 'x' }),
  holding('scheduler', 'there is a scheduler and remote login', {
    'etc/crontabs/root': 'x',
    'etc/ssh/sshd_config': 'x',
  }),
  holding('setuid', 'the command is setuid', { 'usr/bin/openssl': { same: true, mode: 0o4755 } }),
  holding('setgid', 'a folder is setgid', { 'usr/share/x': { type: 'directory', mode: 0o2755 } }),
  holding('capabilities', 'a file has capabilities', { 'usr/bin/openssl': { same: true, pax: CAPABILITY } }),
  holding('writable-configuration', 'everybody can write the configuration', {
    'etc/ssl/openssl.cnf': { same: true, mode: 0o666 },
  }),
  holding('writable-folder', 'everybody can write to the folder of modules', {
    'usr/lib/ossl-modules': { type: 'directory', mode: 0o777 },
  }),
  holding('not-sticky', 'everybody can remove what others have put into a temporary folder', {
    'var/tmp': { same: true, mode: 0o777 },
  }),
  holding('group-writable', 'a group can write a library', {
    'usr/lib/libssl.so.3': { same: true, mode: 0o775 },
  }),
  holding('owned-by-user', 'the user of the image owns the module', {
    'usr/lib/ossl-modules/fips.so': { same: true, uid: 65_532 },
  }),
  holding(
    'hidden-configuration',
    'only root can read the configuration: others are served by the default provider',
    {
      'etc/ssl/openssl.cnf': { same: true, mode: 0o600 },
    },
  ),
  holding('open-shadow', 'everybody can read the list of passwords', {
    'etc/shadow': { same: true, mode: 0o644 },
  }),
  holding('open-lists', 'a group can write the list of users', { 'etc/passwd': { same: true, mode: 0o664 } }),
  holding('second-root', 'there is a second root, with the user’s own number shared by another', {
    'etc/passwd': {
      replace: 'root:x:0:0:',
      by: 'toor:x:0:0:toor:/:/bin/sh\nother:x:65532:65532:other:/:/bin/sh\nroot:x:0:0:',
    },
  }),
  holding('passwords', 'a user has a password, and another needs none', {
    'etc/passwd': { replace: 'nobody:x:', by: 'nobody::' },
    'etc/shadow': { replace: 'nonroot:!:', by: 'root:$6$abc$def:::::::\nnonroot:!:' },
  }),
  holding('members-of-root', 'the user belongs to the group of root', {
    'etc/group': { replace: 'root:x:0:', by: 'root:x:0:nonroot' },
  }),
  holding('device', 'there is a disk', { 'dev/sda': { type: 'block-device', mode: 0o660 } }),
  holding('second-name', 'the module has a second name', {
    'usr/lib/second.so': { type: 'link', linkname: 'usr/lib/ossl-modules/fips.so' },
  }),
  holding('link-to-writable', 'a link leads to where everybody can write', {
    'etc/ssl/extra.pem': { type: 'symlink', mode: 0o777, linkname: '/tmp/extra.pem' },
  }),
  holding('newer', 'a file is newer than the release', { 'etc/hosts': { same: true, mtime: 2_100_000_000 } }),
  holding(
    'package-not-locked',
    'there is a package that nobody locked, without checksum, licence and processor',
    {
      [DATABASE]: { replace: /^/, by: 'P:intruder\nV:1-r0\nA:sparc\nL:\n\n' },
    },
  ),
  holding(
    'another-version',
    'a package has another version',
    { [DATABASE]: { replace: /V:2\.41-r0/, by: 'V:2.40-r0' } },
    'standard',
  ),
  holding('another-world', 'more was asked for than is there', {
    'etc/apk/world': { replace: /^/, by: 'curl=8.0-r0\n' },
  }),
  holding('another-repository', 'a repository is named', {
    'etc/apk/repositories': 'http://packages.example/os\n',
  }),
  holding('keys-in-distroless', 'a key is trusted', { 'etc/apk/keys/other.rsa.pub': 'x' }),
  holding('another-key', 'another key is trusted', { 'etc/apk/keys/other.rsa.pub': 'x' }, 'standard'),
  holding('another-distribution', 'scanners take it for another distribution', {
    'etc/os-release': 'ID=debian\n',
  }),
  holding('no-bill', 'a package of ours has no bill of materials', {
    'var/lib/db/sbom/intruder-1.spdx.json': '{}',
  }),
  holding(
    'busybox-of-its-own',
    'a shell and another tool with digests of its own have other names',
    {
      'usr/bin/ash': { program: 'silent' },
      'usr/bin/md5sum': { program: 'silent' },
    },
    'standard',
  ),
];
