import type { CheckDefinition, Line } from '../../../activities/selftest/check-definition.ts';
import { imageDemand } from './image-demands.ts';
import { demand, HEALTHY, LISTS_FIPS, MD5_REFUSED, SHA256_ANSWERS, UNCHANGED, words } from './probes.ts';

const MIB = 1024 * 1024;
const READ_ONLY = imageDemand.cis('5.12 the root file system of a container is mounted as read only');
const NO_PRIVILEGES = imageDemand.cis('5.25 a container is restricted from acquiring additional privileges');
const CAPABILITIES = imageDemand.cis('5.3 Linux kernel capabilities are restricted within containers');
const MEMORY = imageDemand.cis('5.10 the memory usage of containers is limited');
const ANY_USER = imageDemand.kubernetes('Kubernetes Pod security: non-root containers');
const ISOLATED = imageDemand.nist('4.4.2 unbounded network access from containers');

/** What the kernel says of the process that reads it: `enc -none` copies, which is the only way to read a file without a shell. */
function ofItself(
  file: string,
  some: readonly Line[],
  none: readonly Line[] = [],
): CheckDefinition['probes'][0] {
  return { run: ['openssl', 'enc', '-none', '-in', `/proc/self/${file}`], exit: 0, stdout: { some, none } };
}

/** How an image runs where a cluster runs it as it should. */
export const RUNTIME_CHECKS: readonly CheckDefinition[] = [
  {
    id: 'FIPS-IMG-100',
    title: 'it works without any capability',
    requirement: CAPABILITIES,
    probes: [
      ofItself(
        'status',
        ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'].map((set) => `${set}:\t0000000000000000`),
      ),
      HEALTHY,
    ],
  },
  {
    id: 'FIPS-IMG-101',
    title: 'it works where it cannot get new privileges',
    requirement: NO_PRIVILEGES,
    probes: [ofItself('status', ['NoNewPrivs:\t1']), HEALTHY],
  },
  {
    id: 'FIPS-IMG-102',
    title: 'it runs as the user and the group that it says',
    requirement: ANY_USER,
    probes: [ofItself('status', ['Uid:\t65532\t65532\t65532\t65532', 'Gid:\t65532\t65532\t65532\t65532'])],
  },
  {
    id: 'FIPS-IMG-103',
    title: 'it works on a file system that is read-only, and writes nothing',
    requirement: READ_ONLY,
    probes: [ofItself('mountinfo', [/\d+ \d+ \S+ \S+ \/ ro,.*/]), HEALTHY],
  },
  {
    id: 'FIPS-IMG-104',
    title: 'a process has loaded the loader, the C library, OpenSSL and the module, and no other library',
    requirement: demand.fips140('7.2.3 Cryptographic boundary'),
    probes: [
      ofItself(
        'maps',
        ['libcrypto\\.so\\.3', 'libssl\\.so\\.3', 'libc\\.so\\.6', 'ossl-modules/fips\\.so'].map(
          (file) => new RegExp(`.* r-xp .* /usr/lib/${file}`),
        ),
        [
          /.* \/(?!usr\/lib\/(?:ld-linux-[a-z0-9-]+\.so\.\d|libc\.so\.6|lib(?:crypto|ssl)\.so\.3|ossl-modules\/fips\.so)$|usr\/bin\/openssl$).*/,
        ],
      ),
    ],
  },
  {
    id: 'FIPS-IMG-105',
    title: 'it works as any user of the root group, as clusters choose them',
    requirement: ANY_USER,
    user: '123456:0',
    probes: UNCHANGED,
  },
  {
    id: 'FIPS-IMG-106',
    title: 'it works as any user of any group',
    requirement: ANY_USER,
    user: '123456:123456',
    probes: UNCHANGED,
  },
  {
    id: 'FIPS-IMG-107',
    title: 'the self-tests of the module and a digest need less than 32 MiB of memory',
    requirement: MEMORY,
    memory: 32 * MIB,
    probes: [HEALTHY, LISTS_FIPS, SHA256_ANSWERS, MD5_REFUSED],
  },
  {
    id: 'FIPS-IMG-108',
    title: 'the module cannot be written to from within',
    requirement: READ_ONLY,
    probes: [
      {
        run: ['openssl', 'rand', '-out', '/usr/lib/ossl-modules/fips.so', '8'],
        exit: 1,
        stderr: { some: [/.*:(?:Read-only file system|Permission denied):.*/] },
      },
    ],
  },
  {
    id: 'FIPS-IMG-109',
    title: 'neither can its configuration, even as root',
    requirement: READ_ONLY,
    user: '0:0',
    probes: [
      {
        run: ['openssl', 'rand', '-out', '/etc/ssl/openssl.cnf', '8'],
        exit: 1,
        stderr: { some: [/.*:(?:Read-only file system|Permission denied):.*/] },
      },
    ],
  },
  {
    id: 'FIPS-IMG-110',
    title: 'there is a place for what is temporary',
    requirement: READ_ONLY,
    probes: [
      {
        run: words(
          'openssl fipsinstall -pedantic -module /usr/lib/ossl-modules/fips.so -provider_name fips -section_name fips_sect -out /tmp/fipsmodule.cnf',
        ),
        exit: 0,
        stderr: { some: ['INSTALL PASSED'] },
      },
    ],
  },
  {
    id: 'FIPS-IMG-111',
    title: 'it needs no network',
    requirement: ISOLATED,
    probes: [ofItself('net/dev', [/\s*lo:.*/], [/\s*(?!lo:)[a-z0-9@.-]+:.*/]), HEALTHY],
  },
  {
    id: 'FIPS-IMG-112',
    title: 'no variable loads libraries, or says where configuration and modules are',
    requirement: imageDemand.nist('4.4.3 insecure container runtime configurations'),
    probes: [
      {
        run: ['openssl', 'enc', '-none', '-in', '/proc/self/environ'],
        exit: 0,
        stdout: {
          all: [
            /(?!.*(?:^|\0)(?:LD_|OPENSSL_|GLIBC_TUNABLES|MALLOC_|GCONV_PATH))(?:.*\0)?PATH=\/usr\/local\/bin:\/usr\/bin:\/bin\0.*/,
          ],
        },
      },
    ],
  },
  {
    id: 'FIPS-IMG-113',
    title: 'a shell runs as the user of the image, and cannot become another',
    requirement: NO_PRIVILEGES,
    variants: ['standard', 'development'],
    probes: [
      { run: ['sh', '-c', 'id -u; id -g'], exit: 0, stdout: { all: ['65532', '65532'] } },
      { run: ['su', '-c', 'id'], exit: 1, stderr: { all: ['su: must be suid to work properly'] } },
    ],
  },
  {
    id: 'FIPS-IMG-114',
    title: 'a shell writes nowhere but to what is temporary',
    requirement: READ_ONLY,
    variants: ['standard', 'development'],
    probes: [
      {
        run: [
          'sh',
          '-c',
          'for f in /etc /usr/lib /usr/bin /home/nonroot /var/tmp; do touch $f/x 2>/dev/null && echo $f; done; touch /tmp/x && echo /tmp',
        ],
        exit: 0,
        stdout: { all: ['/tmp'] },
      },
    ],
  },
  {
    id: 'FIPS-IMG-115',
    title: 'the bundle of authorities can be read, and holds more than a hundred',
    requirement: demand.openssl('openssl-storeutl(1)'),
    variants: ['standard', 'development'],
    probes: [
      {
        run: ['openssl', 'storeutl', '-noout', '-certs', '/etc/ssl/certs/ca-certificates.crt'],
        exit: 0,
        stdout: { some: [/Total found: [1-9]\d\d/] },
      },
    ],
  },
  {
    id: 'FIPS-IMG-116',
    title: 'a program can be compiled against the libcrypto of the image',
    requirement: demand.design('Variants: development'),
    variants: ['development'],
    probes: [
      {
        run: ['gcc', '-Wall', '-Werror', '-x', 'c', '-', '-o', '/tmp/program', '-lcrypto'],
        input:
          '#include <openssl/crypto.h>\nint main(void) { return OPENSSL_version_major() == 3 ? 0 : 1; }\n',
        exit: 0,
      },
    ],
  },
  {
    id: 'FIPS-IMG-117',
    title: 'busybox has digests and a TLS of its own, which no module stands behind',
    requirement: demand.fips140('7.2.3 Cryptographic boundary'),
    variants: ['standard', 'development'],
    boundary:
      'tools of the base image that bring cryptography of their own (md5sum, sha256sum and ssl_client of busybox) are outside the module; ' +
      'whoever must use nothing else uses the distroless image',
    probes: [
      {
        entries: { path: /\/(?:md5sum|sha1sum|sha256sum|sha512sum|sha3sum|ssl_client|mkpasswd)$/ },
        lines: {
          all: ['md5sum', 'mkpasswd', 'sha1sum', 'sha256sum', 'sha3sum', 'sha512sum', 'ssl_client'].map(
            (name) => `symlink 0777 0:0 /usr/bin/${name} -> /bin/busybox`,
          ),
        },
      },
    ],
  },
];
