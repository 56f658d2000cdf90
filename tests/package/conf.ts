/** A `.conf`, `.meta` or `.spec` file as Splunk reads it. */
export interface Conf {
  readonly stanzas: ReadonlyMap<string, ReadonlyMap<string, string>>
  /** Stanzas and settings that stand there twice, settings before the first stanza, lines that are neither. */
  readonly faults: readonly string[]
}

/** Parses stanzas, settings, `#` and `*` comment lines, and lines continued with a backslash. */
export function parseConf(text: string): Conf {
  const stanzas = new Map<string, Map<string, string>>()
  const faults: string[] = []
  let stanza: Map<string, string> | undefined
  for (const line of text.replace(/\\\n/g, '').split('\n')) {
    if (/^\s*([#*].*)?$/.test(line)) continue
    const header = /^\[(.*)\]\s*$/.exec(line)?.[1]
    const [, key, value] = /^([\w.:$-]+)\s*=\s*(.*)$/.exec(line) ?? []
    if (header !== undefined) {
      if (stanzas.has(header)) faults.push(`[${header}] stands there twice`)
      stanza = new Map()
      stanzas.set(header, stanza)
    } else if (key === undefined || value === undefined) {
      faults.push(`not a setting: ${line}`)
    } else if (stanza === undefined) {
      faults.push(`${key} stands before the first stanza`)
    } else {
      if (stanza.has(key)) faults.push(`${key} stands twice in its stanza`)
      stanza.set(key, value)
    }
  }
  return { stanzas, faults }
}
