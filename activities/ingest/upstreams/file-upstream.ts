import { changedMark, FileMark } from '../../../adapters/download/conditional.ts';
import type { Upstream } from './upstream.ts';

/** A server that gives a file no mark of its version has it read: only small ones are without. */
const LARGEST = 64 * 1024 * 1024;

/** How files are asked for. */
export interface FilePolling {
  readonly redirectHosts: readonly string[];
  readonly signal?: AbortSignal;
}

/** A file over HTTP: its entity tag or the time of its last change tells, in one conditional request. */
export function fileUpstream(name: string, address: string, polling: FilePolling): Upstream {
  return {
    name,
    kind: 'file',
    address,
    async poll(mark) {
      const known = FileMark.safeParse(mark).data;
      const fresh = await changedMark({ url: address, known, limit: LARGEST, ...polling });
      return fresh === undefined ? { isChanged: false } : { isChanged: true, mark: fresh };
    },
  };
}
