/** The tools of the pinned toolchain, each a folder under `tools/`. Host programs such as git are not among them. */
export const TOOL_NAMES = [
  'actionlint',
  'apko',
  'compose',
  'crane',
  'fulcio',
  'kics',
  'melange',
  'registry',
  'rekor-server',
  'temporal',
  'timestamp-server',
  'trivy',
  'trivy-db',
] as const;

export type ToolName = (typeof TOOL_NAMES)[number];

const KNOWN: ReadonlySet<string> = new Set(TOOL_NAMES);

/** Whether the text names a tool of the toolchain. */
export function isToolName(text: string): text is ToolName {
  return KNOWN.has(text);
}
