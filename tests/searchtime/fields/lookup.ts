import { type Fields, fromTexts, isMultivalue, NotKnown, texts } from '../eval/value.ts'

/** A CSV lookup table. */
export interface LookupTable {
  readonly header: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** Reads CSV with quoted cells. @throws Error for rows that are not as wide as the header. */
export function parseCsv(text: string, file: string): LookupTable {
  const [header = [], ...rows] = text
    .trimEnd()
    .split('\n')
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map((cell) =>
        (cell[1] ?? cell[2] ?? '').replaceAll('""', '"'),
      ),
    )
  const odd = rows.findIndex((row) => row.length !== header.length)
  if (odd >= 0)
    throw new Error(`${file}, line ${odd + 2}: ${rows[odd]?.length} cells under ${header.length} columns`)
  return { header, rows }
}

export interface Pairing {
  readonly column: string
  readonly field: string
}

/** `LOOKUP-<class>` taken apart. Source: props.conf.spec, LOOKUP. */
export interface LookupUse {
  readonly transform: string
  readonly inputs: readonly Pairing[]
  readonly outputs: readonly Pairing[]
  readonly onlyNew: boolean
}

export function parseLookupUse(definition: string): LookupUse {
  const match = /^(\w+)\s+([\s\S]+?)\s+(OUTPUT|OUTPUTNEW)\s+([\s\S]+)$/.exec(definition.trim())
  if (!match) throw new NotKnown(`LOOKUP without inputs or outputs: ${definition}`)
  const pairs = (list: string): Pairing[] =>
    [...list.matchAll(/"?([\w.{}]+)"?(?:\s+AS\s+"?([\w.{}]+)"?)?[\s,]*/g)].map(([, column = '', field]) => ({
      column,
      field: field ?? column,
    }))
  return {
    transform: match[1] ?? '',
    inputs: pairs(match[2] ?? ''),
    outputs: pairs(match[4] ?? ''),
    onlyNew: match[3] === 'OUTPUTNEW',
  }
}

const wildcard = (pattern: string, value: string): boolean =>
  new RegExp(`^${pattern.replace(/[\\^$.+?()[\]{}|]/g, '\\$&').replaceAll('*', '[\\s\\S]*')}$`, 'u').test(
    value,
  )

/**
 * Looks one event up. Rows are tried in file order up to max_matches; several matches give multivalue fields. An event
 * that has every input but no row loses the outputs; one that lacks an input keeps what it has.
 * Source: transforms.conf.spec (max_matches, match_type, case_sensitive_match) and props.conf.spec, LOOKUP.
 */
export function lookUp(
  use: LookupUse,
  transform: ReadonlyMap<string, string>,
  table: LookupTable,
  fields: Fields,
): void {
  const column = (name: string): number => {
    const at = table.header.indexOf(name)
    if (at < 0) throw new NotKnown(`the lookup ${use.transform} has no column ${name}`)
    return at
  }
  const sensitive = transform.get('case_sensitive_match') !== 'false'
  const fold = (text: string): string => (sensitive ? text : text.toLowerCase())
  const conditions: ((row: readonly string[]) => boolean)[] = []
  for (const { column: name, field } of use.inputs) {
    const value = fields.get(field) ?? null
    if (value === null) return
    if (isMultivalue(value)) throw new NotKnown(`${use.transform} by the multivalue field ${field}`)
    const given = fold(texts(value)[0] ?? '')
    const at = column(name)
    const free = transform.get('match_type')?.includes(`WILDCARD(${name})`) ?? false
    conditions.push((row) => (free ? wildcard(fold(row[at] ?? ''), given) : fold(row[at] ?? '') === given))
  }
  const most = Number(transform.get('max_matches') ?? 100)
  const matches = table.rows
    .flatMap((row, number) => (conditions.every((holds) => holds(row)) ? [number] : []))
    .slice(0, most)
  for (const { column: name, field } of use.outputs) {
    const at = column(name)
    if (use.onlyNew && fields.has(field)) continue
    const values = matches.map((number) => table.rows[number]?.[at] ?? '').filter((value) => value !== '')
    if (values.length === 0) fields.delete(field)
    else fields.set(field, fromTexts(values))
  }
}
