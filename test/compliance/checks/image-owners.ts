import type { CheckDefinition } from '../../../activities/selftest/check-definition.ts';
import { imageDemand, NOTHING } from './image-demands.ts';
import { demand } from './probes.ts';

const USER = imageDemand.cis('4.1 a user for the container has been created');
const SETUID = imageDemand.cis('4.8 setuid and setgid permissions are removed');
const DEFECTS = imageDemand.nist('4.1.2 image configuration defects');
const NO_ROOT = imageDemand.kubernetes('Kubernetes Pod security: non-root containers');
const INTEGRITY = demand.fips140('7.5 Software/firmware security');

/** Users, owners and permissions, as the layers have them. */
export const OWNER_CHECKS: readonly CheckDefinition[] = [
  {
    id: 'FIPS-IMG-001',
    title: 'the image runs as a user with a number other than 0, which a cluster can verify',
    requirement: USER,
    probes: [{ document: 'config', at: '/config/User', lines: { all: ['65532'] } }],
  },
  {
    id: 'FIPS-IMG-002',
    title: 'that number has a name, a group and a home, and nobody shares it',
    requirement: NO_ROOT,
    probes: [
      {
        file: '/etc/passwd',
        lines: {
          some: [/nonroot:x:65532:65532:[^:]*:\/home\/nonroot:\/[a-z/]+/],
          none: [/(?!nonroot:)[^:]*:[^:]*:0*65532:.*/],
        },
      },
      {
        file: '/etc/group',
        lines: { some: ['nonroot:x:65532:'], none: [/(?!nonroot:)[^:]*:[^:]*:65532:.*/] },
      },
    ],
  },
  {
    id: 'FIPS-IMG-003',
    title: 'nobody but root has the number 0',
    requirement: DEFECTS,
    probes: [
      {
        file: '/etc/passwd',
        lines: { some: [/root:x:0:0:.*/], none: [/(?!root:)[^:]*:[^:]*:0+:.*/, /[^:]*:[^:]*:[^:]*:?/] },
      },
    ],
  },
  {
    id: 'FIPS-IMG-004',
    title: 'the list of users holds no password, and no user without one',
    requirement: DEFECTS,
    probes: [{ file: '/etc/passwd', lines: { some: [/root:x:.*/], none: [/[^:]*:(?!x:).*/] } }],
  },
  {
    id: 'FIPS-IMG-005',
    title: 'every password is locked',
    requirement: DEFECTS,
    probes: [{ file: '/etc/shadow', lines: { some: [/nonroot:!:.*/], none: [/[^:]*:(?![!*]).*/] } }],
  },
  {
    id: 'FIPS-IMG-006',
    title: 'the group of root has no other member, and the list of groups no password',
    requirement: DEFECTS,
    probes: [{ file: '/etc/group', lines: { some: ['root:x:0:'], none: [/root:x:0:.+/, /[^:]*:(?!x:).*/] } }],
  },
  {
    id: 'FIPS-IMG-007',
    title: 'nothing is setuid',
    requirement: SETUID,
    probes: [{ entries: { mode: 0o4000 }, lines: NOTHING }],
  },
  {
    id: 'FIPS-IMG-008',
    title: 'nothing is setgid',
    requirement: SETUID,
    probes: [{ entries: { mode: 0o2000 }, lines: NOTHING }],
  },
  {
    id: 'FIPS-IMG-009',
    title: 'no file has capabilities, or any other extended attribute',
    requirement: imageDemand.cis('5.3 Linux kernel capabilities are restricted'),
    probes: [{ entries: { header: /xattr|capabilit/i }, lines: NOTHING }],
  },
  {
    id: 'FIPS-IMG-010',
    title: 'no file can be written by everybody',
    requirement: DEFECTS,
    probes: [
      { entries: { types: ['file', 'link', 'contiguous-file', 'fifo'], mode: 0o002 }, lines: NOTHING },
    ],
  },
  {
    id: 'FIPS-IMG-011',
    title: 'the folders that everybody can write to are the temporary ones, and they are sticky',
    requirement: DEFECTS,
    probes: [
      {
        entries: { types: ['directory'], mode: 0o002 },
        lines: { all: ['directory 1777 0:0 /tmp', 'directory 1777 0:0 /var/tmp'] },
      },
    ],
  },
  {
    id: 'FIPS-IMG-012',
    title: 'nothing else can be written by a group',
    requirement: DEFECTS,
    probes: [
      {
        entries: { types: ['file', 'directory'], mode: 0o020, except: /^\/(?:var\/)?tmp$/ },
        lines: NOTHING,
      },
    ],
  },
  {
    id: 'FIPS-IMG-013',
    title: 'everything is root’s but the home of the user',
    requirement: NO_ROOT,
    probes: [{ entries: { notOwner: 0 }, lines: { all: ['directory 0700 65532:65532 /home/nonroot'] } }],
  },
  {
    id: 'FIPS-IMG-014',
    title: 'the module is root’s, for nobody else to write',
    requirement: INTEGRITY,
    probes: [
      { entries: { path: /\/fips\.so$/ }, lines: { all: ['file 0755 0:0 /usr/lib/ossl-modules/fips.so'] } },
    ],
  },
  {
    id: 'FIPS-IMG-015',
    title:
      'its configuration is root’s, and every user can read it: who cannot would be served by the default provider',
    requirement: INTEGRITY,
    probes: [
      {
        entries: { path: /^\/etc\/ssl\/[^/]*\.cnf$/ },
        lines: { all: ['file 0644 0:0 /etc/ssl/fipsmodule.cnf', 'file 0644 0:0 /etc/ssl/openssl.cnf'] },
      },
    ],
  },
  {
    id: 'FIPS-IMG-016',
    title: 'every folder on the way to module and configuration is root’s, and open to every user',
    requirement: INTEGRITY,
    probes: [
      {
        entries: { path: /^\/(?:etc|etc\/ssl|usr|usr\/lib|usr\/lib\/ossl-modules|usr\/bin)$/ },
        lines: {
          all: [
            'directory 0755 0:0 /etc',
            'directory 0755 0:0 /etc/ssl',
            'directory 0755 0:0 /usr',
            'directory 0755 0:0 /usr/bin',
            'directory 0755 0:0 /usr/lib',
            'directory 0755 0:0 /usr/lib/ossl-modules',
          ],
        },
      },
    ],
  },
  {
    id: 'FIPS-IMG-017',
    title: 'the libraries of OpenSSL are root’s, for nobody else to write',
    requirement: INTEGRITY,
    probes: [
      {
        entries: { path: /\/lib(?:crypto|ssl)\.so\.\d+$/ },
        lines: { all: ['file 0755 0:0 /usr/lib/libcrypto.so.3', 'file 0755 0:0 /usr/lib/libssl.so.3'] },
      },
    ],
  },
  {
    id: 'FIPS-IMG-018',
    title: 'the command and the health check are root’s, for nobody else to write',
    requirement: DEFECTS,
    probes: [
      {
        entries: { path: /\/(?:openssl|fips-healthcheck)$/, types: ['file', 'symlink', 'link'] },
        lines: { all: ['file 0755 0:0 /usr/bin/fips-healthcheck', 'file 0755 0:0 /usr/bin/openssl'] },
      },
    ],
  },
  {
    id: 'FIPS-IMG-019',
    title: 'what only root may see, only root can see',
    requirement: DEFECTS,
    probes: [
      {
        entries: { path: /^\/(?:etc\/shadow|root)$/ },
        lines: { all: ['file 0640 0:0 /etc/shadow', 'directory 0700 0:0 /root'] },
      },
    ],
  },
  {
    id: 'FIPS-IMG-020',
    title: 'the lists of users, groups, hosts and libraries are root’s, for everybody to read',
    requirement: DEFECTS,
    probes: [
      {
        entries: { path: /^\/etc\/(?:passwd|group|hosts|ld\.so\.cache|ld\.so\.conf|nsswitch\.conf)$/ },
        lines: {
          all: [
            'file 0644 0:0 /etc/group',
            'file 0644 0:0 /etc/hosts',
            'file 0644 0:0 /etc/ld.so.cache',
            'file 0644 0:0 /etc/ld.so.conf',
            'file 0644 0:0 /etc/nsswitch.conf',
            'file 0644 0:0 /etc/passwd',
          ],
        },
      },
    ],
  },
  {
    id: 'FIPS-IMG-021',
    title: 'no file has a second name: what is checked under one is not changed under another',
    requirement: imageDemand.oci('layer.md: hard links'),
    probes: [{ entries: { types: ['link'] }, lines: NOTHING }],
  },
  {
    id: 'FIPS-IMG-022',
    title: 'there are no devices but the five that every container gets, and no pipes',
    requirement: DEFECTS,
    probes: [
      {
        entries: { types: ['character-device', 'block-device', 'fifo'] },
        lines: {
          all: [
            'character-device 0620 0:0 /dev/console',
            'character-device 0666 0:0 /dev/null',
            'character-device 0666 0:0 /dev/random',
            'character-device 0666 0:0 /dev/urandom',
            'character-device 0666 0:0 /dev/zero',
          ],
        },
      },
    ],
  },
  {
    id: 'FIPS-IMG-023',
    title: 'no link leads to where the user or the kernel decides what is there',
    requirement: DEFECTS,
    probes: [
      {
        entries: { types: ['symlink'] },
        lines: {
          some: ['symlink 0777 0:0 /bin -> usr/bin'],
          none: [/.* -> \/?(?:\.\.\/)*(?:proc|sys|dev|run|tmp|home|root|var\/tmp)(?:\/.*)?/],
        },
      },
    ],
  },
];
