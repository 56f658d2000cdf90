import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type LogLine, logSearch } from '../../../src/setup-page/activity.ts'
import type { Splunkd } from '../splunkd/index.ts'
import type { Answer } from './answer.ts'

const actions = new Set(['started', 'ended', 'stream_failed'])

/**
 * Answers the one search of the setup page: `logSearch`, over the log files that the inputs wrote. Undefined for a
 * request that is no search.
 */
export function answerSearch(
  method: string,
  target: string,
  body: string,
  splunkd: Splunkd,
): Answer | undefined {
  if (method !== 'POST' || !/\/search\/v2\/jobs\?/.test(target)) return undefined
  const search = new URLSearchParams(body).get('search')
  if (search !== logSearch) {
    const text = `This stand-in does not know the search ${search}`
    return {
      status: 400,
      type: 'application/json',
      body: JSON.stringify({ messages: [{ type: 'FATAL', text }] }),
    }
  }
  const results = latestOfEach(linesOf(splunkd.home)).map((line) => ({ ...line, time: String(line.time) }))
  return { status: 200, type: 'application/json', body: JSON.stringify({ preview: false, results }) }
}

function linesOf(home: string): LogLine[] {
  const directory = join(home, 'var/log/splunk')
  return readdirSync(directory)
    .filter((name) => name.includes('ta_mailtrail_'))
    .flatMap((name) => readFileSync(join(directory, name), 'utf8').split('\n'))
    .flatMap((line) => {
      const fields = fieldsOf(line)
      const { modular_input_name = '', action = '', log_level = '', message = '' } = fields
      const time = Date.parse(line.slice(0, 23).replace(' ', 'T').concat('Z')) / 1000
      return modular_input_name !== '' && actions.has(action)
        ? [{ modular_input_name, action, log_level, message, time }]
        : []
    })
}

/** `key=value` and `key="value"`, as the props of the add-on's log extract them. */
function fieldsOf(line: string): Record<string, string> {
  const pairs = line.matchAll(/(\w+)=(?:"((?:[^"\\]|\\.)*)"|(\S+))/g)
  return Object.fromEntries(
    [...pairs].map(([, key = '', quoted, plain = '']) => [
      key,
      quoted === undefined ? plain : quoted.replace(/\\(.)/g, '$1'),
    ]),
  )
}

/** `stats latest(…) BY modular_input_name action log_level`. */
function latestOfEach(lines: readonly LogLine[]): LogLine[] {
  const latest = new Map<string, LogLine>()
  for (const line of lines) {
    const key = JSON.stringify([line.modular_input_name, line.action, line.log_level])
    const known = latest.get(key)
    if (known === undefined || line.time >= known.time) latest.set(key, line)
  }
  return [...latest.values()]
}
