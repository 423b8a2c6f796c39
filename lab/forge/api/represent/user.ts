import { nodeId, stableId } from './links.ts';

/** A user of the lab's forge as GitHub represents one. */
export function representUser(origin: string, login: string): Record<string, unknown> {
  const api = `${origin}/api/v3/users/${login}`;
  return {
    login,
    id: stableId(login),
    node_id: nodeId('User', login),
    avatar_url: `${origin}/`,
    gravatar_id: '',
    url: api,
    html_url: `${origin}/${login}`,
    followers_url: `${api}/followers`,
    following_url: `${api}/following{/other_user}`,
    gists_url: `${api}/gists{/gist_id}`,
    starred_url: `${api}/starred{/owner}{/repo}`,
    subscriptions_url: `${api}/subscriptions`,
    organizations_url: `${api}/orgs`,
    repos_url: `${api}/repos`,
    events_url: `${api}/events{/privacy}`,
    received_events_url: `${api}/received_events`,
    type: 'User',
    site_admin: false,
  };
}
