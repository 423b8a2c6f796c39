import { parseParagraphs } from '../archive/control-file.ts';

const UNKNOWN = 'LicenseRef-Debian-copyright';
const LONGEST = 8;

const SPDX: Readonly<Record<string, string>> = {
  expat: 'MIT',
  mit: 'MIT',
  x11: 'X11',
  isc: 'ISC',
  zlib: 'Zlib',
  artistic: 'Artistic-1.0-Perl',
  'artistic-2': 'Artistic-2.0',
  'apache-2.0': 'Apache-2.0',
  'apache-2': 'Apache-2.0',
  'bsd-2-clause': 'BSD-2-Clause',
  'bsd-3-clause': 'BSD-3-Clause',
  'bsd-4-clause': 'BSD-4-Clause',
  'bsl-1': 'BSL-1.0',
  'bsl-1.0': 'BSL-1.0',
  'cc-by-3.0': 'CC-BY-3.0',
  'cc0-1.0': 'CC0-1.0',
  'mpl-2.0': 'MPL-2.0',
  'public-domain': 'LicenseRef-public-domain',
};

/**
 * The licences named in a Debian copyright file (DEP-5), as an SPDX expression: those of its `Files` paragraphs, joined by AND.
 * `LicenseRef-Debian-copyright` when the file is free text or names more than eight; it says where to look, not what holds.
 */
export function licenceOf(copyright: string): string {
  const paragraphs = parseParagraphs(copyright);
  if (paragraphs[0]?.has('Format') !== true) return UNKNOWN;
  const names = paragraphs
    .filter((paragraph) => paragraph.has('Files'))
    .map((paragraph) => (paragraph.get('License') ?? '').split('\n')[0]?.trim() ?? '');
  const expressions = [...new Set(names.filter((name) => name !== '').flatMap(partsOf))].sort();
  if (expressions.length === 0 || expressions.length > LONGEST) return UNKNOWN;
  if (expressions.length === 1) return expressions[0] ?? UNKNOWN;
  return expressions
    .map((expression) => (expression.includes(' OR ') ? `(${expression})` : expression))
    .join(' AND ');
}

/** An expression as the parts that AND joins, where it has no OR. */
function partsOf(name: string): string[] {
  const expression = expressionOf(name);
  return expression.includes(' OR ') ? [expression] : expression.split(' AND ');
}

function expressionOf(name: string): string {
  return name
    .replaceAll(',', ' ')
    .split(/\s+(or|and)\s+/i)
    .map((word) => (/^(or|and)$/i.test(word) ? word.toUpperCase() : identifierOf(word.trim())))
    .join(' ');
}

function identifierOf(name: string): string {
  const known = SPDX[name.toLowerCase()];
  if (known !== undefined) return known;
  const gnu = /^(A?GPL|LGPL|GFDL)-(?:NIV-)?(\d)(?:\.(\d))?(\+?)(.*)$/i.exec(name);
  if (gnu !== null && /^(|-only|-or-later)$/.test(gnu[5] ?? '')) {
    const [, family = '', major = '', minor = '0', plus = '', rest = ''] = gnu;
    const later = plus === '+' || rest === '-or-later';
    return `${family.toUpperCase()}-${major}.${minor}-${later ? 'or-later' : 'only'}`;
  }
  return `LicenseRef-Debian-${name.replaceAll(/[^A-Za-z0-9.-]+/g, '-')}`;
}
