import type { Row } from './log.ts'

/** A test of a row. */
export type Filter = (row: Row) => boolean

const term = /(?:(action|actor|message|new|old|source|status|target):)?(?:"([^"]*)"|(\S+))/g

/** Natural search: terms separated by spaces, all of which must be found, case-sensitively (vendor page). */
export function queryFilter(query: string): Filter {
  const terms = [...query.matchAll(term)].map(([, field, quoted, plain]) => ({
    field,
    text: quoted ?? plain ?? '',
  }))
  return ({ entry: { fields } }) =>
    terms.every(({ field, text }) =>
      field === undefined
        ? Object.values(fields).some((value) => value.includes(text))
        : (fields[field] ?? '').includes(text),
    )
}

/** A field must have one of the values listed for it. */
export function restrictionFilter(restriction: Readonly<Record<string, readonly string[]>>): Filter {
  const wanted = Object.entries(restriction)
  return ({ entry: { fields } }) => wanted.every(([field, values]) => values.includes(fields[field] ?? ''))
}
