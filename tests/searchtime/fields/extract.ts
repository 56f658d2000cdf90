import { type Fields, fromTexts, NotKnown, texts } from '../eval/value.ts'
import { compilePattern, groupsOf } from '../pattern.ts'

/** Default fields, which exist before any extraction. */
const defaultFields = ['source', 'sourcetype', 'host']

/** EXTRACT-<class> = <regex> [in <field>], with (?ms) before it. Source: props.conf.spec, EXTRACT. */
export function extract(definition: string, raw: string, fields: Fields): void {
  const [, pattern = '', from] = /^([\s\S]*?)(?:\s+in\s+(\w+))?$/.exec(definition) ?? []
  if (from !== undefined && !defaultFields.includes(from)) {
    throw new NotKnown(`EXTRACT in ${from}: whether that field exists then depends on the order of classes`)
  }
  const match = compilePattern(pattern, 'ms').exec(
    from === undefined ? raw : (texts(fields.get(from) ?? null)[0] ?? ''),
  )
  if (!match) return
  for (const group of groupsOf(pattern)) {
    const value = match.groups?.[group]
    if (value !== undefined && value !== '') add(fields, group, [value], false)
  }
}

/** A transform that REPORT-<class> names: named groups, from SOURCE_KEY, every match with MV_ADD. */
export function report(transform: ReadonlyMap<string, string>, raw: string, fields: Fields): void {
  const pattern = transform.get('REGEX')
  if (!pattern) throw new NotKnown('a search-time transform without REGEX')
  const key = transform.get('SOURCE_KEY') ?? '_raw'
  const text = key === '_raw' ? raw : (texts(fields.get(key) ?? null)[0] ?? '')
  const repeated = transform.get('MV_ADD') === 'true'
  for (const match of text.matchAll(compilePattern(pattern, 'g'))) {
    for (const group of groupsOf(pattern)) {
      const value = match.groups?.[group]
      if (value !== undefined && value !== '') add(fields, group, [value], repeated)
    }
    if (!repeated) return
  }
}

function add(fields: Fields, name: string, values: readonly string[], several: boolean): void {
  const before = texts(fields.get(name) ?? null)
  if (before.length > 0 && !several)
    throw new NotKnown(`${name} is extracted twice; which one stays is not defined`)
  fields.set(name, fromTexts([...before, ...values]))
}
