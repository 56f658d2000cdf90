/** How a secret looks wherever it is printed, and how Splunk stores a masked one in a stanza. */
export const mask = '********'

/** Node.js's name for how a value is inspected, without Node.js: the setup page reads this file, too. */
const inspection = Symbol.for('nodejs.util.inspect.custom')

/** A value that never shows by itself: every way to print or serialise it gives the mask. */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  /** The clear text, for the one place that must send it. */
  reveal(): string {
    return this.#value
  }

  toString(): string {
    return mask
  }

  toJSON(): string {
    return mask
  }

  [inspection](): string {
    return mask
  }
}
