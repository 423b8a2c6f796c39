import { parseApkVersion, type ApkVersion } from '../../adapters/apk/version.ts';
import { upstreamVersion } from '../archive/debian-version.ts';

/**
 * The apk version of a Debian version: its upstream part in apk's grammar, as `-r0`. Debian's own revision is not part of it.
 * `2:6.3.0+dfsg-3` is `6.3.0-r0`, `6.5+20250216-2` is `6.5_p20250216-r0`, `1.0~rc2-1` is `1.0_rc2-r0`.
 * Throws FND_BAD_DATA for one that has no such form.
 */
export function apkVersionOf(debianVersion: string): ApkVersion {
  const upstream = upstreamVersion(debianVersion).replace(/^.*\+really/, '');
  const version = upstream
    .replace(/[.+~-](dfsg|ds|repack|debian)[\d.]*$/, '')
    .replace(/~?(alpha|beta|pre|rc)\.?(\d*)$/, '_$1$2')
    .replace(/[+~](?:git)?(\d+)(?:\.[0-9a-f]+)?$/, '_p$1');
  return parseApkVersion(`${version}-r0`, `Debian version ${debianVersion}`);
}
