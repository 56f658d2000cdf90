import { appendFileSync, existsSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type Fields, keyValues, type Level, type LogWriter } from '../log.ts'

/** Size at which the file is rotated, and how many old ones stay: what Splunk's own add-ons use. */
const rotateAt = 25 * 1024 * 1024
const generations = 5

/**
 * Writes `$SPLUNK_HOME/var/log/splunk/ta_mailtrail_<scheme>.log`, which Splunk indexes by itself. Each record is one
 * append of a whole line, so that the processes of several stanzas can share the file and a killed one leaves no
 * half line. That is why no logging library writes it: those keep the file open and count its bytes themselves, so that
 * a second process goes on writing into the file that the first has rotated away. A file that cannot be written (full disk, permissions) never stops a run: `onFailure` is told once.
 */
export function logFileWriter(
  directory: string,
  scheme: string,
  context: Fields,
  now: () => number,
  onFailure: (reason: string) => void,
): LogWriter {
  const path = join(directory, `ta_mailtrail_${scheme}.log`)
  let failed = false
  return (level: Level, message: string, fields: Fields) => {
    const time = new Date(now()).toISOString().replace('T', ' ').replace('Z', ' +0000')
    const line = `${time} log_level=${level} ${keyValues({ ...context, ...fields, message })}\n`
    rotateIfLarge(path)
    try {
      appendFileSync(path, line)
    } catch (error) {
      if (!failed)
        onFailure(`The log file ${path} cannot be written: ${error instanceof Error ? error.message : error}`)
      failed = true
    }
  }
}

/** Another process may be rotating too, or hold the file open (Windows): the record is written all the same. */
function rotateIfLarge(path: string): void {
  try {
    if (!existsSync(path) || statSync(path).size < rotateAt) return
    for (let generation = generations - 1; generation >= 1; generation--) {
      if (existsSync(`${path}.${generation}`))
        renameSync(`${path}.${generation}`, `${path}.${generation + 1}`)
    }
    renameSync(path, `${path}.1`)
  } catch {
    return
  }
}
