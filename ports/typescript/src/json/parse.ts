// A parser of JSON that keeps how a number was written where a double would not say: writer-input.md tells 2^64 - 1 from
// 2^64, and 2^53 from 2^53 with a point.

/** A number that JSON.parse would round, or whose form matters, as it stands in the text. */
export class JsonNumber {
  constructor(readonly text: string) {}
}

export type ParsedJson = null | boolean | number | string | JsonNumber | ParsedJson[] | ParsedObject;
export type ParsedObject = { [key: string]: ParsedJson };

const MAX_DEPTH = 200;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const SPACE = /[ \t\n\r]*/y;
const ESCAPES: Record<string, string> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** Parses a JSON text, or throws a SyntaxError. The last of two equal keys counts, as with JSON.parse. */
export function parseJson(text: string): ParsedJson {
  return new Parser(text).whole();
}

class Parser {
  private at = 0;
  private depth = 0;

  constructor(private readonly text: string) {}

  whole(): ParsedJson {
    const value = this.value();
    this.space();
    if (this.at !== this.text.length) this.fail();
    return value;
  }

  private fail(): never {
    throw new SyntaxError(`no JSON at ${this.at}`);
  }

  private match(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? '';
    this.at += found.length;
    return found;
  }

  private space(): void {
    const unit = this.text.charCodeAt(this.at);
    if (unit <= 0x20) this.match(SPACE);
  }

  private value(): ParsedJson {
    this.space();
    switch (this.text[this.at]) {
      case '{': return this.nested(() => this.object());
      case '[': return this.nested(() => this.array());
      case '"': return this.string();
      case 't': return this.word('true', true);
      case 'f': return this.word('false', false);
      case 'n': return this.word('null', null);
      default: return this.number();
    }
  }

  private nested<T>(read: () => T): T {
    if (++this.depth > MAX_DEPTH) this.fail();
    const value = read();
    this.depth--;
    return value;
  }

  private word<T>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.at)) this.fail();
    this.at += word.length;
    return value;
  }

  /** What a double says exactly is a number; anything else keeps its text. */
  private number(): number | JsonNumber {
    const text = this.match(NUMBER);
    if (text === '') this.fail();
    const exact = text.length <= 16 && !/[.eE-]/.test(text) && Number.isSafeInteger(Number(text));
    return exact ? Number(text) : new JsonNumber(text);
  }

  private string(): string {
    this.at++;
    let text = '';
    for (;;) {
      text += this.match(PLAIN);
      const unit = this.text[this.at++];
      if (unit === '"') return text;
      if (unit !== '\\') this.fail();
      text += this.escape();
    }
  }

  private escape(): string {
    const letter = this.text[this.at++];
    if (letter !== 'u') return ESCAPES[letter] ?? this.fail();
    const digits = this.text.slice(this.at, this.at + 4);
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) this.fail();
    this.at += 4;
    return String.fromCharCode(parseInt(digits, 16));
  }

  private array(): ParsedJson[] {
    const values: ParsedJson[] = [];
    this.at++;
    this.space();
    if (this.text[this.at] === ']') {
      this.at++;
      return values;
    }
    for (;;) {
      values.push(this.value());
      if (this.separator(']')) return values;
    }
  }

  private object(): ParsedObject {
    // Without a prototype, so that a key such as __proto__ is a key like any other.
    const values = Object.create(null) as ParsedObject;
    this.at++;
    this.space();
    if (this.text[this.at] === '}') {
      this.at++;
      return values;
    }
    for (;;) {
      this.space();
      if (this.text[this.at] !== '"') this.fail();
      const key = this.string();
      this.space();
      if (this.text[this.at++] !== ':') this.fail();
      values[key] = this.value();
      if (this.separator('}')) return values;
    }
  }

  /** Reads a comma, or the end; tells whether it was the end. */
  private separator(end: string): boolean {
    this.space();
    const unit = this.text[this.at++];
    if (unit !== ',' && unit !== end) this.fail();
    return unit === end;
  }
}
