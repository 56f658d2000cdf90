import { escapeXml } from '../xml.ts'
import { jsonReply, type Reply, xmlReply } from './reply.ts'
import type { RestRequest } from './request.ts'

/** One entity of a feed. */
export interface Entry {
  readonly name: string
  readonly app: string
  readonly owner: string
  readonly sharing?: 'app' | 'global' | 'user' | 'system'
  readonly content: Readonly<Record<string, unknown>>
}

/** Rows of a list by default; `count=-1` or `count=0` means all. */
const DEFAULT_COUNT = 30

/** Clients read splunkd's version from every feed. */
export const GENERATOR = { build: 'standin', version: '10.2.0' }

const UPDATED = '1970-01-01T00:00:00+00:00'

function accessOf(entry: Entry): Record<string, unknown> {
  return {
    app: entry.app,
    owner: entry.owner,
    sharing: entry.sharing ?? 'app',
    can_write: true,
    modifiable: true,
    removable: true,
    perms: { read: ['*'], write: ['admin', 'sc_admin'] },
  }
}

function xmlValue(value: unknown): string {
  if (Array.isArray(value))
    return `<s:list>${value.map((item) => `<s:item>${xmlValue(item)}</s:item>`).join('')}</s:list>`
  if (typeof value === 'object' && value !== null) return xmlDictionary({ ...value })
  if (typeof value === 'boolean') return value ? '1' : '0'
  return escapeXml(String(value ?? ''))
}

function xmlDictionary(content: Readonly<Record<string, unknown>>): string {
  const keys = Object.entries(content).map(
    ([key, value]) => `<s:key name="${escapeXml(key)}">${xmlValue(value)}</s:key>`,
  )
  return `<s:dict>${keys.join('')}</s:dict>`
}

function pathOf(entry: Entry, collection: string): string {
  const space = `/servicesNS/${encodeURIComponent(entry.owner)}/${encodeURIComponent(entry.app)}`
  return `${space}/${collection}/${encodeURIComponent(entry.name)}`
}

function xmlEntry(entry: Entry, collection: string): string {
  const content = { 'eai:acl': accessOf(entry), ...entry.content }
  const path = escapeXml(pathOf(entry, collection))
  return `<entry><title>${escapeXml(entry.name)}</title><id>${path}</id><updated>${UPDATED}</updated><link href="${path}" rel="alternate"/><author><name>${escapeXml(entry.owner)}</name></author><content type="text/xml">${xmlDictionary(content)}</content></entry>`
}

const NAMESPACES =
  'xmlns="http://www.w3.org/2005/Atom" xmlns:s="http://dev.splunk.com/ns/rest" xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"'

function feed(request: RestRequest, entries: readonly Entry[], paging: Paging, status: number): Reply {
  const collection = request.segments.join('/')
  if (!request.wantsJson) {
    return xmlReply(
      `<feed ${NAMESPACES}><title>${escapeXml(collection)}</title><updated>${UPDATED}</updated><opensearch:totalResults>${paging.total}</opensearch:totalResults><opensearch:itemsPerPage>${paging.perPage}</opensearch:itemsPerPage><opensearch:startIndex>${paging.offset}</opensearch:startIndex>${entries.map((entry) => xmlEntry(entry, collection)).join('')}</feed>`,
      status,
    )
  }
  const rows = entries.map((entry) => ({
    name: entry.name,
    id: pathOf(entry, collection),
    updated: UPDATED,
    links: { alternate: pathOf(entry, collection) },
    author: entry.owner,
    acl: accessOf(entry),
    content: { 'eai:acl': null, ...entry.content },
  }))
  return jsonReply(
    {
      links: {},
      origin: request.path,
      generator: GENERATOR,
      updated: UPDATED,
      entry: rows,
      paging,
      messages: [],
    },
    status,
  )
}

interface Paging {
  readonly total: number
  readonly perPage: number
  readonly offset: number
}

/** A list, cut to the page that was asked for. */
export function listReply(request: RestRequest, entries: readonly Entry[]): Reply {
  const asked = Number(request.query.get('count') ?? DEFAULT_COUNT)
  const perPage = asked > 0 ? asked : Math.max(entries.length, 1)
  const offset = Math.max(Number(request.query.get('offset') ?? 0), 0)
  return feed(
    request,
    entries.slice(offset, offset + perPage),
    { total: entries.length, perPage, offset },
    200,
  )
}

/** One entity, such as the one just created (201). */
export function entryReply(request: RestRequest, entry: Entry, status = 200): Reply {
  return feed(request, [entry], { total: 1, perPage: DEFAULT_COUNT, offset: 0 }, status)
}
