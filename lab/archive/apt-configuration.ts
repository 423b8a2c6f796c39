import { join } from 'node:path';
import { makeFolder, writeFileAtomic } from '../../adapters/files/write-atomic.ts';
import type { DebianMirror } from './apt-sources.ts';

/** The suites by their aliases, so that no Debian version is fixed anywhere. */
export const SUITES = ['stable', 'testing', 'unstable'] as const;

export type Suite = (typeof SUITES)[number];

/** The deb822 source list for all suites at one mirror. */
export function renderSourceList(mirror: DebianMirror): string {
  const lines = [
    'Types: deb deb-src',
    `URIs: ${mirror.uris.join(' ')}`,
    `Suites: ${SUITES.join(' ')}`,
    'Components: main',
    ...(mirror.signedBy === undefined ? [] : [`Signed-By: ${mirror.signedBy}`]),
    ...(mirror.trusted === undefined ? [] : [`Trusted: ${mirror.trusted}`]),
  ];
  return `${lines.join('\n')}\n`;
}

/**
 * An apt configuration that leaves the host alone: own lists, cache and status, one architecture, no hooks, no translations.
 * Given to apt with `-c`, so it is read after the host's files and wins, while proxies and credentials of the host stay.
 */
export function renderConfiguration(folder: string): string {
  const root = process.getuid?.() === 0;
  const lines = [
    `Dir::Etc::sourcelist "${join(folder, 'debian.sources')}";`,
    'Dir::Etc::sourceparts "/dev/null";',
    'Dir::Etc::preferences "/dev/null";',
    'Dir::Etc::preferencesparts "/dev/null";',
    `Dir::State "${join(folder, 'state')}";`,
    `Dir::State::lists "${join(folder, 'state', 'lists')}";`,
    `Dir::State::status "${join(folder, 'state', 'status')}";`,
    `Dir::Cache "${join(folder, 'cache')}";`,
    'Dir::Cache::pkgcache "pkgcache.bin";',
    'Dir::Cache::srcpkgcache "srcpkgcache.bin";',
    'APT::Architecture "amd64";',
    '#clear APT::Architectures;',
    'APT::Architectures { "amd64"; };',
    '#clear Acquire::Languages;',
    'Acquire::Languages { "none"; };',
    'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";',
    'Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled "false";',
    'Acquire::GzipIndexes "true";',
    'Acquire::Retries "2";',
    'Acquire::http::Timeout "30";',
    'Acquire::https::Timeout "30";',
    'APT::Update::Error-Mode "any";',
    '#clear APT::Update::Pre-Invoke;',
    '#clear APT::Update::Post-Invoke;',
    '#clear APT::Update::Post-Invoke-Success;',
    ...(root ? ['APT::Sandbox::User "root";'] : []),
  ];
  return `${lines.join('\n')}\n`;
}

/** Writes source list, configuration and the empty folders apt wants below `folder`. */
export async function writeConfiguration(folder: string, mirror: DebianMirror): Promise<void> {
  await makeFolder(join(folder, 'state', 'lists', 'partial'));
  await makeFolder(join(folder, 'cache', 'archives', 'partial'));
  await writeFileAtomic(join(folder, 'state', 'status'), '');
  await writeFileAtomic(join(folder, 'debian.sources'), renderSourceList(mirror));
  await writeFileAtomic(join(folder, 'apt.conf'), renderConfiguration(folder));
}
