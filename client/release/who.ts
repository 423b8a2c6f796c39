import { hostname, userInfo } from 'node:os';

/** Who decides, as it stands in the record: `user@host`. */
export function whoAsks(environment: Readonly<Record<string, string | undefined>>): string {
  const user = environment['USER'] ?? environment['LOGNAME'] ?? '';
  return `${user === '' ? userNameOfSystem() : user}@${hostname()}`;
}

/** A user without an entry in the system's list, as in some containers, is known by number alone. */
function userNameOfSystem(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}
