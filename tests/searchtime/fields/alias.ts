import { type Fields, NotKnown } from '../eval/value.ts'

export interface Alias {
  readonly from: string
  readonly to: string
  /** ASNEW leaves a field that is there already. */
  readonly onlyNew: boolean
}

export function parseAliases(definition: string): Alias[] {
  const name = '"?([\\w.{}]+)"?'
  const one = new RegExp(`${name}\\s+(AS|ASNEW)\\s+${name}\\s*`, 'y')
  const aliases: Alias[] = []
  while (one.lastIndex < definition.length) {
    const at = one.lastIndex
    const match = one.exec(definition)
    if (!match) throw new NotKnown(`FIELDALIAS: ${definition.slice(at)}`)
    aliases.push({ from: match[1] ?? '', to: match[3] ?? '', onlyNew: match[2] === 'ASNEW' })
  }
  return aliases
}

/** AS replaces the new field, or removes it where the old one has no value. Source: props.conf.spec, FIELDALIAS. */
export function applyAlias({ from, to, onlyNew }: Alias, before: Fields, fields: Fields): void {
  const value = before.get(from) ?? null
  if (onlyNew && (fields.has(to) || value === null)) return
  if (value === null) fields.delete(to)
  else fields.set(to, value)
}
