/** One paragraph of a Debian control file: field name as written, value with its continuation lines kept. */
export type Paragraph = ReadonlyMap<string, string>;

/**
 * Parses the control file format of Debian policy chapter 5 (also deb822 sources and DEP-5 copyright files).
 * Paragraphs end at a blank line, `#` lines are comments, lines that begin with a space or tab continue the field before.
 * Lines that are neither are dropped: files in the wild carry free text.
 */
export function parseParagraphs(text: string): Paragraph[] {
  const paragraphs: Map<string, string>[] = [];
  let current: Map<string, string> | undefined;
  let field: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === '') {
      current = undefined;
      field = undefined;
      continue;
    }
    if (line.startsWith('#')) continue;
    if (/^[ \t]/.test(line)) {
      if (current !== undefined && field !== undefined) {
        current.set(field, `${current.get(field) ?? ''}\n${line}`);
      }
      continue;
    }
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    if (current === undefined) {
      current = new Map();
      paragraphs.push(current);
    }
    field = line.slice(0, colon);
    current.set(field, line.slice(colon + 1).trim());
  }
  return paragraphs;
}

/** The words of a field that is a list separated by white space; none when the field is absent. */
export function wordsOf(paragraph: Paragraph, field: string): string[] {
  return (paragraph.get(field) ?? '').split(/\s+/).filter((word) => word !== '');
}
