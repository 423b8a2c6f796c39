import * as fc from 'fast-check';
import type { IndexRecord } from '../../../adapters/apk/index-record.ts';
import { parseApkVersion } from '../../../adapters/apk/version.ts';

const line = fc
  .oneof(fc.string({ unit: 'grapheme', maxLength: 20 }), fc.constantFrom('é', '🔒', 'P:x', ' a  b ', ':'))
  .map((text) => text.replaceAll('\n', ''));
const word = fc.stringMatching(/^[A-Za-z0-9:.=<>~!+-]{1,12}$/);
const words = fc.array(word, { maxLength: 4 });
const count = fc.nat({ max: 999_999_999 });

/** One record of an index, about anything: text is any text of one line. */
const anyRecord: fc.Arbitrary<IndexRecord> = fc.record({
  name: fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.+-]{0,9}$/),
  version: fc.stringMatching(/^[1-9]\.[0-9]{1,2}-r[0-9]$/).map((text) => parseApkVersion(text)),
  arch: line,
  checksum: fc
    .uint8Array({ minLength: 20, maxLength: 20 })
    .map((bytes) => `Q1${Buffer.from(bytes).toString('base64')}`),
  size: count,
  installedSize: count,
  description: line,
  url: line,
  license: line,
  origin: line,
  maintainer: line,
  buildTime: count,
  commit: line,
  providerPriority: count,
  depends: words,
  provides: words,
  replaces: words,
  installIf: words,
  others: fc.array(
    fc.tuple(
      fc.constantFrom('F', 'R', 'Z', 'x', '0'),
      line.filter((text) => text !== ''),
    ),
    {
      maxLength: 2,
    },
  ),
});

/** Records of which no two have one name. */
export const anyRecords: fc.Arbitrary<IndexRecord[]> = fc.uniqueArray(anyRecord, {
  maxLength: 5,
  selector: ({ name }) => name,
});

/** Text that is almost an index: its pieces in any order. */
export const almostIndex: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      anyRecord.map(({ checksum, name, version }) => `C:${checksum}\nP:${name}\nV:${version}\n`),
      fc.constantFrom(
        '\n',
        '\n\n',
        'p:a b=1\n',
        'D:so:x\n',
        'S:9\n',
        'S:x\n',
        '::',
        'é:x\n',
        'V:1\n',
        '\0',
        'Z:',
        '\r\n',
      ),
      fc.string({ unit: 'binary', maxLength: 4 }),
    ),
    { maxLength: 12 },
  )
  .map((pieces) => pieces.join(''));
