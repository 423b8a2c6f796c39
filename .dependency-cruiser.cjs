// The import table of docs/architecture.md, enforced. Each folder names the folders of ours it may import.
const MAY_IMPORT = {
  domain: [],
  adapters: ['domain'],
  activities: ['domain', 'adapters'],
  workflows: ['domain'],
  services: ['domain', 'adapters'],
  lab: ['domain', 'adapters', 'services'],
  worker: ['domain', 'adapters', 'activities', 'workflows'],
  client: ['domain', 'adapters', 'activities', 'services'],
};
const SUITE_USERS = ['activities', 'worker', 'client'];
// Of the compliance suite, the checks are data that gate a release, and docs/compliance.md lists mutants: see its README.
const SUITE = '^test/compliance/(checks/|mutants/(all-mutants|untripped)\\.ts$)';
const OURS = Object.keys(MAY_IMPORT);

const folderRules = OURS.map((folder) => {
  const allowed = [folder, ...MAY_IMPORT[folder]];
  const forbidden = OURS.filter((other) => !allowed.includes(other));
  return {
    name: `${folder}-imports-only-its-table`,
    comment: `${folder}/ may import: ${MAY_IMPORT[folder].join(', ') || 'nothing of ours'}`,
    severity: 'error',
    from: { path: `^${folder}/`, pathNot: '^client/verbs/lab\\.ts$' },
    to: {
      path: `^(${[...forbidden, 'test'].join('|')})/`,
      pathNot: SUITE_USERS.includes(folder) ? SUITE : '^$',
      dependencyTypesNot: ['type-only'],
    },
  };
});

module.exports = {
  forbidden: [
    ...folderRules,
    {
      name: 'only-the-lab-verb-knows-the-lab',
      comment: 'No code outside lab/ knows that the lab exists; client/verbs/lab.ts is the one door to it.',
      severity: 'error',
      from: { path: `^(${OURS.filter((f) => f !== 'lab').join('|')})/`, pathNot: '^client/verbs/lab\\.ts$' },
      to: { path: '^lab/' },
    },
    {
      name: 'one-way-to-the-watch-record',
      comment:
        'Where the workers keep the record of the watch, client/watch/own-record.ts alone knows: it may be shared.',
      severity: 'error',
      from: { path: '^client/', pathNot: '^client/watch/own-record\\.ts$' },
      to: { path: '^adapters/watch-record/' },
    },
    {
      name: 'domain-is-pure',
      comment: 'domain/ holds words and pure functions: of the Node builtins only hashing.',
      severity: 'error',
      from: { path: '^domain/' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(crypto|buffer)$' },
    },
    {
      name: 'workflows-are-deterministic',
      severity: 'error',
      from: { path: '^workflows/' },
      to: { dependencyTypes: ['core'] },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'everything-resolves', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(node_modules|tools/.*/|test/golden)' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.mjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
