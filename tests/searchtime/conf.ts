/** A Splunk .conf file: settings by name, by stanza, in file order. */
export type Conf = ReadonlyMap<string, ReadonlyMap<string, string>>

/** What a .conf file must not contain, with the line it stands on. */
export class ConfError extends Error {}

/**
 * Reads a .conf file as Splunk does: `[stanza]`, `name = value`, `#` comments on lines of their own, and a value that
 * goes on in the next line after a trailing backslash. App review refuses repeated stanzas, settings outside of a
 * stanza, `[default]`, and white space after the backslash: here they are errors too.
 */
export function parseConf(text: string, file: string): Conf {
  const conf = new Map<string, Map<string, string>>()
  let stanza: Map<string, string> | undefined
  const lines = text.split('\n')
  for (let row = 0; row < lines.length; row++) {
    const fail = (problem: string): never => {
      throw new ConfError(`${file}, line ${row + 1}: ${problem}`)
    }
    let line = lines[row] ?? ''
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue
    const header = /^\[(.+)\]\s*$/.exec(line)
    if (header) {
      const name = header[1] ?? ''
      if (name === 'default' || name === 'global') fail(`the stanza [${name}] would change every other app`)
      if (conf.has(name)) fail(`the stanza [${name}] occurs twice`)
      stanza = new Map()
      conf.set(name, stanza)
      continue
    }
    while (/\\\s*$/.test(line)) {
      if (!line.endsWith('\\')) fail('white space follows the backslash that continues the value')
      line = `${line.slice(0, -1)}\n${lines[++row] ?? fail('the file ends inside a value')}`
    }
    const setting = /^\s*([^=]+?)\s*=\s*([\s\S]*?)\s*$/.exec(line)
    if (!setting?.[1]) return fail(`neither a stanza nor a setting: ${line}`)
    if (!stanza) return fail(`${setting[1]} stands before the first stanza`)
    if (stanza.has(setting[1])) fail(`${setting[1]} is set twice in its stanza`)
    stanza.set(setting[1], setting[2] ?? '')
  }
  return conf
}
