import { download, type DownloadOrder } from '../download/download.ts';
import type { Profile } from './profile.ts';

/** Downloads that may be redirected to the hosts that the profile names, and to no other. */
export function downloadOf({ upstream }: Profile): (order: DownloadOrder) => Promise<void> {
  return (order) => download({ redirectHosts: upstream.redirects, ...order });
}
