import type { PublishedRecord } from '../../activities/publish/published-records.ts';
import { FoundryError } from '../../domain/errors.ts';
import { parseMeant, type RecordWord } from './what-is-meant.ts';

/**
 * The published record that a word names, of all of them, newest first: a version stands for the newest of it. Throws FND_BAD_INPUT for a word
 * that names no release, none that was published, or several.
 */
export function chooseRecord(records: readonly PublishedRecord[], text: string): PublishedRecord {
  const meant = parseMeant(text);
  if (meant.kind !== 'record')
    throw new FoundryError('FND_BAD_INPUT', `${JSON.stringify(text)} names no release`, { hint: LIST });
  const { word } = meant;
  const [newest, ...others] = records.filter(({ status }) => isMeant(status, word));
  if (newest === undefined)
    throw new FoundryError('FND_BAD_INPUT', `${JSON.stringify(text)} names no release that was published`, {
      hint: LIST,
    });
  if (!('commit' in word) || others.length === 0) return newest;
  const ids = [newest, ...others].map(({ status }) => `release-${status.version}-${status.commit}`);
  throw new FoundryError(
    'FND_BAD_INPUT',
    `${JSON.stringify(text)} names ${ids.length} releases: ${ids.join(', ')}`,
    { hint: 'Name one of them whole.' },
  );
}

const LIST = '`./foundry list` shows the releases.';

function isMeant({ version, commit }: PublishedRecord['status'], word: RecordWord): boolean {
  if ('newest' in word) return true;
  if ('version' in word && word.version !== version) return false;
  return word.commit === undefined || commit.startsWith(word.commit);
}
