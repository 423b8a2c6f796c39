import { html as template, raw } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';

/** A piece of a page. Nothing else than {@link markup} and {@link trusted} makes one. */
export type Html = HtmlEscapedString;

/** What may stand in a piece: text and numbers are escaped, pieces stay as they are, what is not there is nothing. */
type Content = string | number | Html | null | undefined | readonly Content[];

/** The one way to make markup: every text that is put in is escaped, in content and in quoted attributes alike. */
export function markup(parts: TemplateStringsArray, ...values: readonly Content[]): Html {
  const made = template(parts, ...values);
  if (made instanceof Promise) throw new TypeError('a page is made of what is there');
  return made;
}

/** Our own style and script, which must not be escaped. Never for anything that was read. */
export function trusted(ours: string): Html {
  return raw(ours);
}
