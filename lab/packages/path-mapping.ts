import { posix } from 'node:path';

const MULTIARCH = 'x86_64-linux-gnu';

/** Folders of Debian's multiarch tree that stay where they are, because a program has their path compiled in. */
const COMPILED_IN = ['gconv', 'perl', 'perl-base', 'perl5'];

/** What the lab leaves out of every package: texts for people, and hooks of a system it is not. */
const LEFT_OUT = [
  /^usr\/share\/(doc|man|info|locale|lintian|bug|menu|doc-base|gdb|apport|binfmts|bash-completion|debianutils)\//,
  /^usr\/share\/(initramfs-tools|pixmaps|applications|icons|common-licenses|base-files|polkit-1|perl5\/Debian)\//,
  /^usr\/lib\/(systemd|debug|tmpfiles\.d|sysusers\.d|udev)\//,
  /^etc\/(init\.d|default|cron\.[a-z]+|alternatives|profile\.d|skel|update-motd\.d|kernel|logrotate\.d)\//,
  /^var\//,
];

/**
 * Where a file of a Debian package lies in the lab's Wolfi layout: one `/usr` (`bin`, `sbin`, `lib`, `lib64` merged into it),
 * one `usr/bin`, one `usr/lib`, no multiarch folders. `undefined` for what is left out. Paths are relative, without `./`.
 */
export function mapPath(path: string): string | undefined {
  const mapped = merge(path.replace(/^(\.?\/)+/, '').replace(/\/$/, ''));
  return LEFT_OUT.some((pattern) => pattern.test(`${mapped}/`)) ? undefined : mapped;
}

/**
 * The target of a symbolic link of a Debian package after the move: `from` is where the link was, relative targets stay relative.
 * `undefined` when the link would point at itself, which is what merged folders make of a compatibility link.
 */
export function mapLink(from: string, target: string): string | undefined {
  const link = merge(from);
  const absolute = target.startsWith('/');
  const aim = merge(posix.normalize(absolute ? target.slice(1) : posix.join(posix.dirname(from), target)));
  if (aim === link) return undefined;
  return absolute ? `/${aim}` : posix.relative(posix.dirname(link), aim);
}

/** Moves the paths within linker scripts and pkg-config files; any other content comes back as it is. */
export function mapContent(path: string, content: Uint8Array): Uint8Array {
  const isScript = /\.(so|a)$/.test(path) && startsWith(content, '/* GNU ld script');
  if (!isScript && !path.endsWith('.pc')) return content;
  const text = Buffer.from(content).toString('utf8');
  return Buffer.from(
    text
      .replaceAll(`/usr/lib/${MULTIARCH}`, '/usr/lib')
      .replaceAll(new RegExp(`(^|[\\s(])/lib/${MULTIARCH}`, 'gm'), '$1/usr/lib')
      .replaceAll(`/lib/${MULTIARCH}`, '/lib')
      .replaceAll(`include/${MULTIARCH}`, 'include'),
  );
}

function merge(path: string): string {
  let merged = path.replace(/^(bin|sbin|lib|lib64)(?=\/|$)/, 'usr/$1');
  merged = merged.replace(/^usr\/sbin(?=\/|$)/, 'usr/bin').replace(/^usr\/lib64(?=\/|$)/, 'usr/lib');
  const multiarch = new RegExp(`^usr/(lib|include)/${MULTIARCH}(?:/|$)(([^/]*).*)`).exec(merged);
  if (multiarch === null) return merged;
  const [, parent = '', rest = '', first = ''] = multiarch;
  if (parent === 'lib' && COMPILED_IN.includes(first)) return merged;
  return rest === '' ? `usr/${parent}` : `usr/${parent}/${rest}`;
}

function startsWith(content: Uint8Array, text: string): boolean {
  return Buffer.from(content.subarray(0, text.length)).toString('latin1') === text;
}
