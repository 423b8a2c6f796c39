/** Whether a host name or address, without a port, is this machine's own. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** Whether a registry, named as `host[:port]`, is on this machine: there, and only there, it may be without TLS. */
export function isOnThisMachine(host: string): boolean {
  return isLoopback(host.replace(/:\d+$/, ''));
}
