/** The upstream repository whose releases the lab's world holds. */
export const UPSTREAM_REPOSITORY = { owner: 'openssl', name: 'openssl' } as const;
