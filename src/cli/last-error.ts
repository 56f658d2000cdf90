import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'

/** As much of a log file as is looked through, bytes. */
const looked = 4 * 1024 * 1024

/** The last error that an input wrote to its log file on this host; undefined where there is none, or no file. */
export function lastError(directory: string | undefined, scheme: string, stanza: string): string | undefined {
  if (directory === undefined) return undefined
  const line = endOf(join(directory, `ta_mailtrail_${scheme}.log`))
    .split('\n')
    .findLast((each) => each.includes(' log_level=ERROR ') && namesStanza(each, stanza))
  if (line === undefined) return undefined
  const [, message = ''] = / message="((?:[^"\\]|\\.)*)"$/.exec(line) ?? []
  return `${line.slice(0, 19)} ${message.replace(/\\(.)/g, '$1')}`
}

const namesStanza = (line: string, stanza: string): boolean =>
  line.includes(` modular_input_name=${stanza} `) || line.includes(` modular_input_name="${stanza}" `)

function endOf(path: string): string {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch {
    return ''
  }
  try {
    const { size } = fstatSync(file)
    const bytes = Buffer.alloc(Math.min(size, looked))
    readSync(file, bytes, 0, bytes.length, size - bytes.length)
    return bytes.toString('utf8')
  } finally {
    closeSync(file)
  }
}
