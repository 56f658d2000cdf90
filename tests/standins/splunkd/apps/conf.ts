/** The settings of one stanza. */
export type Settings = ReadonlyMap<string, string>

/** A .conf file: stanzas in order, by name. */
export type Conf = ReadonlyMap<string, Settings>

/**
 * Reads a .conf file: `[stanza]`, `key = value`, `\` at the end of a line goes on in the next, `#` begins a comment
 * line. What stands before the first stanza belongs to `default`. Throws with the line's number for anything else.
 */
export function parseConf(text: string, file = 'conf'): Conf {
  const conf = new Map<string, Map<string, string>>()
  let stanza = 'default'
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  for (let index = 0; index < lines.length; index += 1) {
    const number = index + 1
    let line = lines[index] ?? ''
    if (/^\s*([#;]|$)/.test(line)) continue
    while (line.endsWith('\\') && index + 1 < lines.length) {
      index += 1
      line = `${line.slice(0, -1)}\n${lines[index] ?? ''}`
    }
    const heading = /^\s*\[(.*)\]\s*$/s.exec(line)
    if (heading) {
      stanza = heading[1] ?? ''
      if (!conf.has(stanza)) conf.set(stanza, new Map())
      continue
    }
    const equals = line.indexOf('=')
    if (equals < 1) throw new Error(`${file}:${number}: neither a stanza nor a setting: ${line}`)
    const settings = conf.get(stanza) ?? new Map<string, string>()
    settings.set(line.slice(0, equals).trim(), line.slice(equals + 1).trim())
    conf.set(stanza, settings)
  }
  return conf
}

/** Writes a .conf file. */
export function formatConf(conf: Conf): string {
  const stanzas = [...conf].map(([name, settings]) => {
    const lines = [...settings].map(([key, value]) => `${key} = ${value.replaceAll('\n', '\\\n')}`)
    return [`[${name}]`, ...lines, ''].join('\n')
  })
  return stanzas.join('\n')
}

/** Lays confs over each other, the later one winning setting by setting. */
export function mergeConfs(...confs: readonly Conf[]): Map<string, Map<string, string>> {
  const merged = new Map<string, Map<string, string>>()
  for (const conf of confs) {
    for (const [stanza, settings] of conf) {
      merged.set(stanza, new Map([...(merged.get(stanza) ?? []), ...settings]))
    }
  }
  return merged
}

/** Splunk's idea of a boolean: `1`, `true`, `t`, `yes`, `y` in any case. */
export function isTrue(value: string | undefined): boolean {
  return /^(1|true|t|yes|y)$/i.test(value ?? '')
}
