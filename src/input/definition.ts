/**
 * What an input type is, written once. `--scheme`, validation, `README/inputs.conf.spec`, `default/inputs.conf`,
 * the data-inputs form and the parameter tables of the docs all come from it. Plain data: `--scheme` must not
 * load more than this.
 */

export type ParameterKind =
  | 'text'
  | 'secret'
  | 'choice'
  | 'choices'
  | 'list'
  | 'integer'
  | 'decimal'
  | 'boolean'
  | 'url'
  | 'instant'
  | 'file'

export interface Choice {
  readonly value: string
  readonly label: string
}

export interface Parameter {
  readonly name: string
  /** Label in the form. */
  readonly title: string
  /** One or two sentences: what it is and, in the vendor's own words, where it is found. */
  readonly description: string
  readonly kind: ParameterKind
  /** The group of the form in which it stands. */
  readonly group: 'account' | 'collection' | 'network' | 'limits' | 'logging'
  readonly requiredOnCreate?: boolean
  readonly default?: string
  readonly example?: string
  /** For `choice` and `choices`; `choices` accepts others too when `open` is true. */
  readonly choices?: readonly Choice[]
  readonly open?: boolean
  /** Whether a secret is sent as an HTTP header of its own, which not every character can be part of. */
  readonly inHeader?: boolean
  /** Bounds of a number, inclusive. */
  readonly min?: number
  readonly max?: number
}

export interface InputDefinition {
  readonly scheme: string
  readonly title: string
  readonly description: string
  readonly parameters: readonly Parameter[]
  /** What a check proves at the vendor once the way there is clear, in its order. */
  readonly checks: readonly string[]
  /** The sourcetypes that it writes, with what each holds. */
  readonly sourcetypes: readonly { readonly name: string; readonly description: string }[]
}
