/** One thing that a server wants before it answers, such as `Basic realm="x"` (RFC 9110, section 11.6.1). */
export interface Challenge {
  /** In lower case. */
  readonly scheme: string;
  /** By their names in lower case. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** A parameter with its value, quoted or not; or a scheme, which is a word before the next parameter or the end. */
const PARTS =
  /(?<key>[\w-]+)\s*=\s*(?:"(?<quoted>(?:[^"\\]|\\.)*)"|(?<bare>[^\s,"]+))|(?<scheme>[a-z][\w-]*)(?=\s+[\w-]+\s*=|\s*(?:,|$))/gi;

/** What a `WWW-Authenticate` header asks for, in its order; a server may offer several ways in one header. */
export function readChallenges(header: string | null): Challenge[] {
  const found: { scheme: string; parameters: Record<string, string> }[] = [];
  for (const { groups = {} } of (header ?? '').matchAll(PARTS)) {
    const { scheme, key, quoted, bare } = groups;
    if (scheme !== undefined) found.push({ scheme: scheme.toLowerCase(), parameters: {} });
    const last = found.at(-1);
    if (key === undefined || last === undefined) continue;
    const name = key.toLowerCase();
    // What is said twice is not said: the first would be one server's reading, and the last another's.
    if (Object.hasOwn(last.parameters, name)) last.parameters[name] = '';
    else last.parameters[name] = quoted?.replaceAll(/\\(.)/g, '$1') ?? bare ?? '';
  }
  return found;
}
