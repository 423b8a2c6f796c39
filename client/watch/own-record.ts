import { loginBySearch } from '../../adapters/profile/registries-of.ts';
import { openResults, storePlaceOf } from '../../adapters/store/open-store.ts';
import {
  openSharedWatchRecord,
  openWatchRecord,
  type WatchRecordFile,
  watchRecordPath,
} from '../../adapters/watch-record/watch-record.ts';
import type { ClientContext } from '../context.ts';

/** The record of the watch where the workers keep theirs. Throws FND_BAD_INPUT for variables that cannot be used. */
export function ownWatchRecord(context: Pick<ClientContext, 'directories' | 'environment'>): WatchRecordFile {
  const { environment } = context;
  const place = storePlaceOf(environment);
  const { state } = context.directories();
  if (place.kind === 'directory') return openWatchRecord(watchRecordPath(state));
  return openSharedWatchRecord(openResults(place, state, loginBySearch({ stateFolder: state, environment })));
}
