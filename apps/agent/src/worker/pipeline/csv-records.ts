import { isUtf8 } from 'node:buffer';

/** How the records of a file are told apart. */
export interface RecordShape {
  readonly delimiter: string;
  readonly quote: string;
  /** Fields of each record. */
  readonly width: number;
}

/** A record as it stands in the file, without its line break; undefined where a line is malformed. */
export interface CsvRecord {
  readonly bytes: Buffer | undefined;
  /** The line that it begins on, from 1. */
  readonly line: number;
}

/** Longer records are malformed: DuckDB takes no longer ones either. */
export const MAX_RECORD_BYTES = 2_000_000;

const MALFORMED = -1;
const CR = 13;
const LF = 10;

/**
 * Splits text into records (RFC 4180, any line break, empty lines left out). Where a record is malformed - another
 * width, a quote that does not end or ends amid a field, an invalid encoding, too long - one line is given up and
 * reading goes on with the next: a single stray quote costs its own line, not the rest of the file.
 */
export async function* csvRecords(chunks: AsyncIterable<Buffer>, shape: RecordShape): AsyncGenerator<CsvRecord> {
  const splitter = new Splitter(shape);
  for await (const chunk of chunks) yield* splitter.push(chunk);
  yield* splitter.end();
}

class Splitter {
  readonly #delimiter: Buffer;
  readonly #quote: number;
  readonly #width: number;
  #rest: Buffer = Buffer.alloc(0);
  #line = 1;
  /** In a line that was given up before its end was there. */
  #skipping = false;

  constructor({ delimiter, quote, width }: RecordShape) {
    this.#delimiter = Buffer.from(delimiter);
    this.#quote = quote.charCodeAt(0);
    this.#width = width;
  }

  push(chunk: Buffer): Iterable<CsvRecord> {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    return this.#split(false);
  }

  end(): Iterable<CsvRecord> {
    return this.#split(true);
  }

  *#split(last: boolean): Generator<CsvRecord> {
    let start = this.#line === 1 && this.#rest.subarray(0, 3).equals(BYTE_ORDER_MARK) ? 3 : 0;
    while (start < this.#rest.length) {
      const end = this.#skipping ? MALFORMED : this.#recordEnd(start, last);
      if (end === undefined) break;
      const stop = end === MALFORMED ? this.#lineEnd(start) : end;
      if (end === MALFORMED && !this.#skipping) {
        if (!this.#isWholeLine(stop, last) && stop - start <= MAX_RECORD_BYTES) break;
        yield { bytes: undefined, line: this.#line };
      }
      if (end > start) yield { bytes: this.#rest.subarray(start, end), line: this.#line };
      this.#skipping = !this.#isWholeLine(stop, last);
      const next = this.#skipping ? this.#rest.length : this.#afterBreak(stop);
      this.#line += this.#breaksIn(start, next);
      start = next;
    }
    this.#rest = this.#rest.subarray(start);
  }

  /** Whether the line break that ends a line is there, both halves of it. */
  #isWholeLine(stop: number, last: boolean): boolean {
    return last || stop < this.#rest.length - 1 || this.#rest[stop] === LF;
  }

  /** Where the record ends; MALFORMED, or undefined when more of the file is needed to tell. */
  #recordEnd(start: number, last: boolean): number | undefined {
    const bytes = this.#rest;
    let at = start;
    let fields = 1;
    for (;;) {
      at = bytes[at] === this.#quote ? this.#afterQuoted(at) : this.#afterPlain(at);
      if (at < 0 || at > start + MAX_RECORD_BYTES) return MALFORMED;
      // A CR at the very end may be half of a line break.
      if (at > bytes.length - this.#delimiter.length || (at === bytes.length - 1 && bytes[at] === CR)) {
        if (!last) return bytes.length - start > MAX_RECORD_BYTES ? MALFORMED : undefined;
        if (at > bytes.length) return MALFORMED;
      }
      if (!this.#isDelimiter(at)) break;
      at += this.#delimiter.length;
      fields += 1;
    }
    if (at === start) return start;
    return fields === this.#width && isUtf8(bytes.subarray(start, at)) ? at : MALFORMED;
  }

  /** Past the closing quote; past the end of what is there when it is open; -1 when something follows it. */
  #afterQuoted(start: number): number {
    const bytes = this.#rest;
    for (let at = start + 1; ; at += 2) {
      at = bytes.indexOf(this.#quote, at);
      if (at < 0) return bytes.length + 1;
      if (bytes[at + 1] === this.#quote) continue;
      const after = at + 1;
      return after >= bytes.length || this.#isBreak(after) || this.#isDelimiter(after) ? after : -1;
    }
  }

  #afterPlain(start: number): number {
    let at = start;
    while (at < this.#rest.length && !this.#isBreak(at) && !this.#isDelimiter(at)) at += 1;
    return at;
  }

  #lineEnd(start: number): number {
    let at = start;
    while (at < this.#rest.length && !this.#isBreak(at)) at += 1;
    return at;
  }

  #afterBreak(at: number): number {
    if (this.#rest[at] === CR && this.#rest[at + 1] === LF) return at + 2;
    return Math.min(at + 1, this.#rest.length);
  }

  #breaksIn(start: number, end: number): number {
    let breaks = 0;
    for (let at = start; at < end; at++) {
      if (this.#rest[at] === LF || (this.#rest[at] === CR && this.#rest[at + 1] !== LF)) breaks += 1;
    }
    return breaks;
  }

  #isBreak(at: number): boolean {
    return this.#rest[at] === LF || this.#rest[at] === CR;
  }

  #isDelimiter(at: number): boolean {
    if (this.#rest[at] !== this.#delimiter[0]) return false;
    return this.#delimiter.length === 1 || this.#delimiter.every((byte, offset) => this.#rest[at + offset] === byte);
  }
}

const BYTE_ORDER_MARK = Buffer.from('\ufeff');
