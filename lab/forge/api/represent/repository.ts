import { type Links, nodeId, stableId } from './links.ts';
import { representUser } from './user.ts';

/** Where a repository's parts are found: the name of each address and what follows the repository's own. */
const ADDRESSES: Readonly<Record<string, string>> = {
  archive_url: '/{archive_format}{/ref}',
  assignees_url: '/assignees{/user}',
  blobs_url: '/git/blobs{/sha}',
  branches_url: '/branches{/branch}',
  collaborators_url: '/collaborators{/collaborator}',
  comments_url: '/comments{/number}',
  commits_url: '/commits{/sha}',
  compare_url: '/compare/{base}...{head}',
  contents_url: '/contents/{+path}',
  contributors_url: '/contributors',
  deployments_url: '/deployments',
  downloads_url: '/downloads',
  events_url: '/events',
  forks_url: '/forks',
  git_commits_url: '/git/commits{/sha}',
  git_refs_url: '/git/refs{/sha}',
  git_tags_url: '/git/tags{/sha}',
  hooks_url: '/hooks',
  issue_comment_url: '/issues/comments{/number}',
  issue_events_url: '/issues/events{/number}',
  issues_url: '/issues{/number}',
  keys_url: '/keys{/key_id}',
  labels_url: '/labels{/name}',
  languages_url: '/languages',
  merges_url: '/merges',
  milestones_url: '/milestones{/number}',
  notifications_url: '/notifications{?since,all,participating}',
  pulls_url: '/pulls{/number}',
  releases_url: '/releases{/id}',
  stargazers_url: '/stargazers',
  statuses_url: '/statuses/{sha}',
  subscribers_url: '/subscribers',
  subscription_url: '/subscription',
  tags_url: '/tags',
  teams_url: '/teams',
  trees_url: '/git/trees{/sha}',
};

const COUNTS = [
  'forks',
  'forks_count',
  'open_issues',
  'open_issues_count',
  'size',
  'stargazers_count',
  'watchers',
  'watchers_count',
  'network_count',
  'subscribers_count',
];

/** When the lab's repositories say they were made. */
const LAB_BEGAN = '2025-01-01T00:00:00Z';

/** A repository as GitHub represents one in full. Its description says that it belongs to a lab. */
export function representRepository(links: Links): Record<string, unknown> {
  const { owner, repo, origin } = links;
  const git = `${origin}/git/${owner}/${repo}.git`;
  return {
    ...Object.fromEntries(Object.entries(ADDRESSES).map(([name, suffix]) => [name, links.api(suffix)])),
    ...Object.fromEntries(COUNTS.map((name) => [name, 0])),
    id: stableId(`${owner}/${repo}`),
    node_id: nodeId('Repository', `${owner}/${repo}`),
    name: repo,
    full_name: `${owner}/${repo}`,
    owner: representUser(origin, owner),
    private: false,
    fork: false,
    description: 'A repository of the foundry lab on this machine; not the real one',
    url: links.api(),
    html_url: links.html(),
    clone_url: git,
    git_url: git,
    ssh_url: git,
    svn_url: git,
    mirror_url: null,
    homepage: null,
    language: null,
    license: null,
    default_branch: 'main',
    archived: false,
    disabled: false,
    visibility: 'public',
    has_discussions: false,
    has_downloads: true,
    has_issues: true,
    has_pages: false,
    has_projects: false,
    has_wiki: false,
    created_at: LAB_BEGAN,
    pushed_at: LAB_BEGAN,
    updated_at: LAB_BEGAN,
  };
}
