/** One setting of a Splunk specification file: its name, or the pattern of a family such as `EVAL-<fieldname>`. */
export interface Setting {
  readonly name: string | RegExp
  /** What a value may be; left out where the specification takes any text. */
  readonly value?: RegExp
}

/** The settings of one .conf file that this add-on uses, with where they are specified. */
export interface Specification {
  readonly file: string
  readonly source: string
  /** What a stanza may be called. */
  readonly stanza: RegExp
  readonly settings: readonly Setting[]
}

export const boolean = /^(?:true|false|0|1)$/
export const integer = /^\d+$/

/** The problems of one setting against its specification; none means that Splunk knows it. */
export function problemsOf(
  specification: Specification,
  stanza: string,
  name: string,
  value: string,
): string[] {
  const at = `${specification.file} [${stanza}] ${name}`
  if (!specification.stanza.test(stanza))
    return [`${specification.file}: [${stanza}] is not a stanza of this file`]
  const setting = specification.settings.find((known) =>
    typeof known.name === 'string' ? known.name === name : known.name.test(name),
  )
  if (!setting) return [`${at}: not in ${specification.source}`]
  if (setting.value && !setting.value.test(value))
    return [`${at}: "${value}" is not a value that Splunk takes`]
  return []
}
