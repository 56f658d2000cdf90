/** Text that is not well-formed XML 1.0, or not what the event stream may hold. */
export class Violation extends Error {
  override readonly name = 'Violation'
}

/** The bytes end in the middle of a construct: more has to come. */
export class Incomplete extends Error {
  override readonly name = 'Incomplete'
}

const LESS = 0x3c
const GREATER = 0x3e
const AMPERSAND = 0x26
const SLASH = 0x2f
const RETURN = 0x0d
const NEWLINE = 0x0a
const BRACKET = 0x5d

const CDATA_OPEN = Buffer.from('<![CDATA[')
const CDATA_CLOSE = Buffer.from(']]>')
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
])

/** 1 for the bytes of character data that need a second look. 0xEF begins U+FFFE and U+FFFF. */
const SPECIAL = Uint8Array.from({ length: 256 }, (_, byte) =>
  (byte < 0x20 && byte !== 0x09 && byte !== NEWLINE) || [LESS, GREATER, AMPERSAND, 0xef].includes(byte)
    ? 1
    : 0,
)

export const isSpace = (byte: number | undefined): boolean =>
  byte === 0x20 || byte === NEWLINE || byte === 0x09 || byte === RETURN

function entity(name: string): string {
  const named = ENTITIES.get(name)
  if (named !== undefined) return named
  const digits = /^#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}))$/.exec(name)
  if (digits === null) throw new Violation(`Unknown entity &${name};`)
  const point = digits[1] === undefined ? Number(digits[2]) : Number.parseInt(digits[1], 16)
  const valid =
    point === 9 ||
    point === 10 ||
    point === 13 ||
    (point >= 0x20 && point < 0xd800) ||
    (point > 0xdfff && point < 0xfffe) ||
    (point >= 0x10000 && point <= 0x10ffff)
  if (!valid) throw new Violation(`Character reference &${name}; is not an XML character`)
  return String.fromCodePoint(point)
}

export interface Tag {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  readonly empty: boolean
}

const NO_ATTRIBUTES: ReadonlyMap<string, string> = new Map()
const MAX_KNOWN_TAGS = 100
const ATTRIBUTE = /^\s+([A-Za-z_][\w.-]*)\s*=\s*(?:"([^<"]*)"|'([^<']*)')/

/** Walks over bytes of XML, byte by byte, strictly. UTF-8 is checked by who owns the bytes. */
export class XmlCursor {
  #bytes: Buffer = Buffer.alloc(0)
  #end = 0
  /** Where character data with entities is put together. */
  #scratch = Buffer.alloc(64 * 1024)
  #scratchLength = 0
  /** Tags read before, by their text: one stream repeats the same few. */
  readonly #tags = new Map<string, Tag>()
  at = 0

  /** Sets the cursor on `bytes` between `start` and `end`. */
  reset(bytes: Buffer, start: number, end: number): void {
    this.#bytes = bytes
    this.at = start
    this.#end = end
  }

  skipSpace(): void {
    while (this.at < this.#end && isSpace(this.#bytes[this.at])) this.at += 1
  }

  /** Whether a closing tag follows. */
  closes(): boolean {
    return this.#byteAt(this.at) === LESS && this.#byteAt(this.at + 1) === SLASH
  }

  /** Reads an opening or empty tag. */
  open(): Tag {
    if (this.#byteAt(this.at) !== LESS)
      throw new Violation(`Text where a tag was expected: ${this.#excerpt()}`)
    const close = this.#bytes.indexOf(GREATER, this.at)
    if (close < 0 || close >= this.#end) throw new Incomplete()
    const inside = this.#bytes.toString('utf8', this.at + 1, close)
    const tag = this.#tags.get(inside) ?? this.#parseTag(inside)
    this.at = close + 1
    return tag
  }

  /** Reads the closing tag of `name`. */
  close(name: string): void {
    const tag = `</${name}>`
    if (this.at + tag.length > this.#end) throw new Incomplete()
    if (this.#bytes.toString('latin1', this.at, this.at + tag.length) !== tag) {
      throw new Violation(`${tag} was expected: ${this.#excerpt()}`)
    }
    this.at += tag.length
  }

  /**
   * Reads character data up to the next tag: entities and CDATA resolved, line ends normalised. The bytes are valid
   * until the next call.
   */
  text(): Buffer {
    const bytes = this.#bytes
    let index = this.at
    let run = index
    this.#scratchLength = 0
    for (;;) {
      // Beyond the last byte the lookup gives undefined, which ends the loop as well.
      while (SPECIAL[bytes[index]!] === 0) index += 1
      if (index >= this.#end) throw new Incomplete()
      const byte = bytes[index]
      if (byte === LESS) {
        if (this.#byteAt(index + 1) !== 0x21) break
        this.#keep(run, index)
        index = run = this.#cdata(index)
      } else if (byte === AMPERSAND) {
        this.#keep(run, index)
        const semicolon = bytes.indexOf(0x3b, index)
        if (semicolon < 0 || semicolon >= this.#end || semicolon - index > 10)
          throw new Violation('A bare & in the text')
        this.#append(Buffer.from(entity(bytes.toString('latin1', index + 1, semicolon))))
        index = run = semicolon + 1
      } else if (byte === RETURN) {
        this.#keep(run, index)
        this.#append(Buffer.from('\n'))
        index = run = this.#byteAt(index + 1) === NEWLINE ? index + 2 : index + 1
      } else {
        this.#mustBeAllowed(index)
        index += 1
      }
    }
    this.at = index
    if (this.#scratchLength === 0) return bytes.subarray(run, index)
    this.#keep(run, index)
    return this.#scratch.subarray(0, this.#scratchLength)
  }

  #cdata(start: number): number {
    if (start + CDATA_OPEN.length > this.#end) throw new Incomplete()
    const content = start + CDATA_OPEN.length
    if (!this.#bytes.subarray(start, content).equals(CDATA_OPEN))
      throw new Violation('A <! that is not CDATA')
    const close = this.#bytes.indexOf(CDATA_CLOSE, content)
    if (close < 0 || close >= this.#end) throw new Incomplete()
    for (let index = content; index < close; index += 1) {
      const byte = this.#bytes[index] ?? 0
      if (SPECIAL[byte] === 1 && byte !== LESS && byte !== GREATER && byte !== AMPERSAND && byte !== RETURN) {
        this.#mustBeAllowed(index)
      }
    }
    this.#keep(content, close)
    return close + CDATA_CLOSE.length
  }

  /** For a byte that is special and neither markup nor a line end. */
  #mustBeAllowed(index: number): void {
    const byte = this.#byteAt(index)
    if (byte === GREATER) {
      if (this.#bytes[index - 1] === BRACKET && this.#bytes[index - 2] === BRACKET)
        throw new Violation(']]> in the text')
    } else if (byte === 0xef) {
      if (this.#byteAt(index + 1) === 0xbf && this.#byteAt(index + 2) >= 0xbe) {
        throw new Violation('U+FFFE or U+FFFF in the text')
      }
    } else {
      throw new Violation(`Control character 0x${byte.toString(16).padStart(2, '0')} in the text`)
    }
  }

  #parseTag(text: string): Tag {
    const empty = text.endsWith('/')
    const name = /^[A-Za-z_][\w.-]*/.exec(text)?.[0]
    if (name === undefined) throw new Violation(`Malformed tag: ${this.#excerpt()}`)
    const rest = text.slice(name.length, empty ? -1 : undefined)
    const tag = { name, empty, attributes: rest.trim() === '' ? NO_ATTRIBUTES : this.#attributes(rest) }
    if (this.#tags.size < MAX_KNOWN_TAGS) this.#tags.set(text, tag)
    return tag
  }

  #attributes(text: string): ReadonlyMap<string, string> {
    const attributes = new Map<string, string>()
    let rest = text
    while (rest.trim() !== '') {
      const found = ATTRIBUTE.exec(rest)
      if (found === null) throw new Violation(`Malformed attribute:${rest.slice(0, 80)}`)
      const [whole, name = '', double, single] = found
      if (attributes.has(name)) throw new Violation(`Attribute ${name} twice`)
      const value = double ?? single ?? ''
      attributes.set(
        name,
        value.replace(/&([^;&]*);?/g, (_, reference: string) => entity(reference)),
      )
      rest = rest.slice(whole.length)
    }
    return attributes
  }

  #byteAt(index: number): number {
    const byte = index < this.#end ? this.#bytes[index] : undefined
    if (byte === undefined) throw new Incomplete()
    return byte
  }

  #keep(start: number, end: number): void {
    this.#append(this.#bytes.subarray(start, end))
  }

  #append(piece: Buffer): void {
    const needed = this.#scratchLength + piece.length
    if (needed > this.#scratch.length) {
      const larger = Buffer.allocUnsafe(needed * 2)
      this.#scratch.copy(larger, 0, 0, this.#scratchLength)
      this.#scratch = larger
    }
    piece.copy(this.#scratch, this.#scratchLength)
    this.#scratchLength = needed
  }

  #excerpt(): string {
    return JSON.stringify(this.#bytes.toString('utf8', this.at, Math.min(this.at + 80, this.#end)))
  }
}
