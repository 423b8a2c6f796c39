import { FoundryError } from '../../domain/errors.ts';

/** Keys are ASCII letters; one place each. */
const KEYS = 128;
const COLON = 0x3a;
/** Fields that a record has at most once; the rest are what an index or a database of installed packages says beside. */
const KNOWN = new Set(Array.from('CPVASITULomtckDpri', (key) => key.charCodeAt(0)));

/**
 * Where the fields of a record stand in a text of `key:value` lines. One object is filled again for each record: an index has a
 * hundred thousand of them, and most are looked at for their form alone.
 */
export class FieldPlaces {
  readonly #starts = new Int32Array(KEYS);
  readonly #ends = new Int32Array(KEYS);
  readonly #record = new Int32Array(KEYS);
  readonly #others: number[] = [];
  #text = '';
  #count = 0;
  /** Lines that were read, from the first record on. */
  lines = 0;
  /** Whether the record has any field. */
  isEmpty = true;

  /**
   * Finds the fields of the record that begins at an offset, and returns where the text goes on after the empty line that ends it.
   * Throws FND_BAD_DATA, naming `what` and the line, for a line of another form and for a field that comes twice.
   */
  read(text: string, offset: number, what: string): number {
    this.#text = text;
    this.#count += 1;
    this.#others.length = 0;
    this.isEmpty = true;
    for (let at = offset; at <= text.length;) {
      const newline = text.indexOf('\n', at);
      const end = newline < 0 ? text.length : newline;
      this.lines += 1;
      if (end === at) return end + 1;
      this.#note(at, end, what);
      at = end + 1;
    }
    return text.length + 1;
  }

  /** The value of a known field; empty when it is not there. */
  value(key: string): string {
    const code = key.charCodeAt(0);
    return this.#record[code] === this.#count ? this.#text.slice(this.#starts[code], this.#ends[code]) : '';
  }

  /** From where to where the value of a known field stands. */
  place(key: string): { readonly start: number; readonly end: number } {
    const code = key.charCodeAt(0);
    if (this.#record[code] !== this.#count) return { start: 0, end: 0 };
    return { start: this.#starts[code] ?? 0, end: this.#ends[code] ?? 0 };
  }

  /** Fields with a key that we do not know, in their order. */
  others(): [string, string][] {
    return this.#others.map((at) => {
      const newline = this.#text.indexOf('\n', at);
      const end = newline < 0 ? this.#text.length : newline;
      return [this.#text.charAt(at), this.#text.slice(at + 2, end)];
    });
  }

  #note(at: number, end: number, what: string): void {
    const code = this.#text.charCodeAt(at);
    const isKnown = KNOWN.has(code);
    const isTwice = isKnown && this.#record[code] === this.#count;
    if (this.#text.charCodeAt(at + 1) !== COLON || isTwice) {
      const line = JSON.stringify(this.#text.slice(at, Math.min(end, at + 80)));
      throw new FoundryError('FND_BAD_DATA', `${what}, line ${this.lines}: cannot read ${line}`);
    }
    this.isEmpty = false;
    if (!isKnown) {
      this.#others.push(at);
      return;
    }
    this.#record[code] = this.#count;
    this.#starts[code] = at + 2;
    this.#ends[code] = end;
  }
}
