import type { Oracle } from '../../tests/standins/vendor/oracle.ts'

/** A vendor's stand-in with something to collect, and the input that collects it. */
export interface Exhibit {
  /** The vendor, for the narration. */
  readonly title: string
  readonly scheme: string
  /** The input's name, without the scheme. */
  readonly name: string
  /** The form of the data input as an administrator fills it in, secrets included. */
  readonly form: Readonly<Record<string, string>>
  /** The same field by field with a mistake, which validation must find. */
  readonly mistake: Readonly<Record<string, string>>
  /** How many records the vendor holds. */
  readonly records: number
  /** Knows every record that the vendor serves. */
  readonly oracle: Oracle
  /** A record's text as the oracle knows it, where what is served of it changes. */
  asServed?(text: string): string
  /** What is tampered with once everything is collected; the input must find it out. */
  readonly tampering?: readonly { readonly what: string; tamper(): void }[]
  stop(): Promise<void>
}
