const HIDDEN = '[hidden]';
/** Names of fields whose values are secrets, whatever they look like. */
const SECRET_NAME = /token|secret|password|passwd|api_?key|authorization|private_?key|cookie|^auth$/i;
/** What is a secret wherever it stands: PEM keys, JSON web tokens, words after `Bearer` and the like, and the name before the @ of a URL. */
const SECRET_TEXT = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g,
  /(?<=\b(?:Bearer|Basic|token)\s+)[\w.~+/=-]{8,}/gi,
  /(?<=\/\/)[^\s/@]+(?=@)/g,
  /\b(?:gh[pousr]_|github_pat_)\w{8,}/g,
];
const DEEPEST = 6;

/** A value as a log or a trace may show it: the same, without its secrets. */
export function redacted(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') {
    return SECRET_TEXT.reduce((text, secret) => text.replace(secret, HIDDEN), value);
  }
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Error) {
    const { name, message, stack } = value;
    return redacted({ name, message, stack }, depth);
  }
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= DEEPEST) return '…';
  if (Array.isArray(value)) return value.map((one) => redacted(one, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      SECRET_NAME.test(name) ? HIDDEN : redacted(inner, depth + 1),
    ]),
  );
}
