/** A variable that is set and that we, or the programs that we call, go by. */
export interface SetVariable {
  readonly name: string;
  /** Null for one whose value is not shown. */
  readonly value: string | null;
  /** Null for one that begins with our prefix and that we do not know: a misspelt one has no effect. */
  readonly meaning: string | null;
}

interface Known {
  readonly meaning: string;
  /** What is not said to be harmless is not shown. */
  readonly isHarmless: boolean;
}

const shown = (meaning: string): Known => ({ meaning, isHarmless: true });
const secret = (meaning: string): Known => ({ meaning, isHarmless: false });

/** The variables of the environment that a command goes by. */
const VARIABLES = {
  FOUNDRY_STATE_DIR: shown('where state lives'),
  FOUNDRY_CACHE_DIR: shown('where the cache lives'),
  FOUNDRY_PROFILE: shown('endpoints and trust roots'),
  FOUNDRY_OUTPUT: shown('how results are printed'),
  FOUNDRY_TOOLS_BIN: shown('a folder of tools in place of the pinned ones'),
  XDG_STATE_HOME: shown('the folder of the state folder'),
  XDG_CACHE_HOME: shown('the folder of the cache folder'),
  TEMPORAL_ADDRESS: shown('a Temporal server that is not an embedded service'),
  TEMPORAL_NAMESPACE: shown('the namespace on that server'),
  TEMPORAL_API_KEY: secret('the key for that server'),
  TEMPORAL_TLS: shown('whether that server is reached through TLS'),
  TEMPORAL_TLS_CLIENT_CERT_PATH: shown('our certificate for that server'),
  TEMPORAL_TLS_CLIENT_CERT_DATA: secret('our certificate for that server'),
  TEMPORAL_TLS_CLIENT_KEY_PATH: shown('the file of its key'),
  TEMPORAL_TLS_CLIENT_KEY_DATA: secret('its key'),
  TEMPORAL_TLS_SERVER_CA_CERT_PATH: shown('whom to believe that it is that server'),
  TEMPORAL_TLS_SERVER_CA_CERT_DATA: secret('whom to believe that it is that server'),
  TEMPORAL_TLS_SERVER_NAME: shown('the name in its certificate'),
  NO_COLOR: shown('no colour'),
  FORCE_COLOR: shown('colour, also without a terminal'),
  CI: shown('no lines that change'),
  HTTP_PROXY: secret('a proxy for downloads'),
  HTTPS_PROXY: secret('a proxy for downloads'),
  NO_PROXY: shown('hosts that are reached without it'),
} as const satisfies Readonly<Record<string, Known>>;

const OURS = /^(?:FOUNDRY|TEMPORAL)_/;

/** Those that are set, by name. A value is shown only where it is known that it holds no secret. */
export function setVariables(environment: Readonly<Record<string, string | undefined>>): SetVariable[] {
  const known: Readonly<Record<string, Known>> = VARIABLES;
  return Object.entries(environment)
    .filter(([name, value]) => (value ?? '') !== '' && (Object.hasOwn(known, name) || OURS.test(name)))
    .map(([name, value]) => ({
      name,
      value: known[name]?.isHarmless === true ? (value ?? null) : null,
      meaning: known[name]?.meaning ?? null,
    }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
