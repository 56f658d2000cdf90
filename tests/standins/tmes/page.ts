import { gzipSync } from 'node:zlib'
import { compact, pretty } from '../vendor/json-text.ts'
import type { Answer } from '../vendor/request.ts'
import type { Page } from './chains.ts'
import type { TmesSettings } from './settings.ts'

const json = { 'Content-Type': 'application/json;charset=UTF-8' }

/** The text that must arrive: a record over several lines loses the white space outside its strings. */
export const servedText = (text: string, { layout }: TmesSettings): string =>
  layout === 'pretty' ? compact(text) : text

/** A page as it goes out. */
export function pageAnswer(page: Page, settings: TmesSettings, acceptsGzip: boolean): Answer {
  if (page.rows.length === 0 && page.nextToken === undefined) return noLogs(settings)
  const body = Buffer.from(pageText(page, settings))
  if (!acceptsGzip || !settings.gzip) return { status: 200, headers: json, body }
  return { status: 200, headers: { ...json, 'Content-Encoding': 'gzip' }, body: gzipSync(body, { level: 1 }) }
}

function noLogs(settings: TmesSettings): Answer {
  switch (settings.noLogs) {
    case '204':
      return { status: 204 }
    case 'body':
      return { status: 200, headers: json, body: '' }
    case 'object':
      return { status: 200, headers: json, body: '{}' }
    case 'list':
      return { status: 200, headers: json, body: pageText({ rows: [] }, settings) }
  }
}

function pageText({ rows, nextToken }: Page, { layout, tokenPosition, encodedToken }: TmesSettings): string {
  const texts = rows.map((row) => row.text(row.index).text)
  const newLine = layout === 'compact' ? '' : '\n'
  const list = layout === 'pretty' ? texts.map((text) => `    ${pretty(text, '  ', '    ')}`) : texts
  const logs = `"logs":[${newLine}${list.join(`,${newLine}`)}${newLine}]`
  if (nextToken === undefined) return `{${newLine}${logs}${newLine}}`
  const sent = encodedToken ? encodeURIComponent(nextToken) : nextToken
  const token = `"nextToken":"${sent}"`
  const members = tokenPosition === 'first' ? [token, logs] : [logs, token]
  return `{${newLine}${members.join(`,${newLine}`)}${newLine}}`
}
