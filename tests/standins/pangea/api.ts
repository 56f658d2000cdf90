import { pretty } from '../vendor/json-text.ts'
import type { Answer, VendorRequest } from '../vendor/request.ts'
import { framed, invalid, newId, refused, success } from './answers.ts'
import type { AuditLog } from './log.ts'
import { findRows, type ResultSet } from './results.ts'
import { BodyReader, readSearch, restrictable } from './search-request.ts'
import { rowText } from './serving.ts'
import type { PangeaSettings } from './settings.ts'

interface OpenRequest {
  readonly answer: Answer
  readonly location: string
  polls: number
}

export interface PangeaApiParts {
  readonly token: string
  readonly settings: PangeaSettings
  logOf(config: string): AuditLog
  url(): string
  /** Told of every row that goes out, as its text stands in the answer. */
  onServed(text: string): void
}

const operations: Readonly<Record<string, string>> = {
  'POST /v1/search': 'search',
  'POST /v1/results': 'results',
  'POST /v1/root': 'root',
}

const pollPath = /^\/request\/([^/]+)$/

export const operationOf = (method: string, path: string): string =>
  method === 'GET' && pollPath.test(path) ? 'poll' : (operations[`${method} ${path}`] ?? 'unknown')

/** `POST /v1/search`, `/v1/results`, `/v1/root` and `GET /request/<id>`. */
export class PangeaApi {
  /** Requests that asked for `return_context`, which would hand out what decrypts redacted fields. */
  contextRequests = 0
  readonly results = new Map<string, ResultSet>()
  readonly #parts: PangeaApiParts
  readonly #open = new Map<string, OpenRequest>()

  constructor(parts: PangeaApiParts) {
    this.#parts = parts
  }

  answer(request: VendorRequest): Answer {
    const { settings, token } = this.#parts
    const { at } = request
    if (request.operation === 'unknown') return refused(at, { http: 404, status: 'NotFound' })
    if (request.headers.authorization !== `Bearer ${token}`) {
      return refused(at, { http: 401, status: 'Unauthorized' }, 'Not authorized to access this resource')
    }
    if (settings.refusal !== undefined) return refused(at, settings.refusal)
    if (request.operation === 'poll') return this.#poll(request)
    const body = bodyOf(request)
    if (body === undefined) return refused(at, { http: 400, status: 'InvalidPayloadReceived' })
    const reader = new BodyReader(body)
    const log = this.#chooseLog(reader, at)
    if ('status' in log) return log
    log.publish(at)
    const answer = this.#operate(request.operation, reader, log, at)
    const isAsync = settings.async?.operations.includes(request.operation) === true
    return isAsync && answer.status === 200 ? this.#defer(answer, at) : answer
  }

  #operate(operation: string, reader: BodyReader, log: AuditLog, at: number): Answer {
    if (operation === 'search') return this.#search(reader, log, at)
    return operation === 'results' ? this.#results(reader, log, at) : this.#root(reader, log, at)
  }

  /** With several configurations the request must name one of them. */
  #chooseLog(reader: BodyReader, at: number): AuditLog | Answer {
    const { configs } = this.#parts.settings
    const given = reader.text('config_id')
    const [only] = configs
    if (given === undefined) {
      if (configs.length !== 1 || only === undefined) {
        return refused(
          at,
          { http: 400, status: 'MissingConfigID' },
          'Project has multiple configs: config_id is required',
        )
      }
      return this.#parts.logOf(only)
    }
    if (configs.includes(given)) return this.#parts.logOf(given)
    const pattern = /^pci_[a-z2-7]{32}$/
    const code = pattern.test(given) ? 'ConfigNotExist' : 'DoesNotMatchPattern'
    return invalid(at, [{ code, detail: `config_id '${given}'`, source: '/config_id' }])
  }

  #search(reader: BodyReader, log: AuditLog, at: number): Answer {
    const { settings } = this.#parts
    const request = readSearch(reader, settings, at)
    if (reader.errors.length > 0) return invalid(at, reader.errors)
    if (request.returnContext) this.contextRequests++
    const rows = findRows(log, request, at, settings.endInclusive)
    const set: ResultSet = { id: newId('pas'), rows, expiresAt: at + settings.resultLifetime, request }
    this.results.set(set.id, set)
    const head = { count: rows.length, expires_at: new Date(set.expiresAt).toISOString(), id: set.id }
    const page = this.#page(set, log, 0, request.limit)
    const result = `${JSON.stringify(head).slice(0, -1)},${page}}`
    return success(at, settings, `Found ${rows.length} event(s)`, result)
  }

  #results(reader: BodyReader, log: AuditLog, at: number): Answer {
    const { settings } = this.#parts
    const id = reader.text('id')
    const limit = reader.integer('limit', 1, Number.MAX_SAFE_INTEGER) ?? settings.usualPage
    const offset = reader.integer('offset', 0, Number.MAX_SAFE_INTEGER) ?? 0
    if (reader.flag('return_context')) this.contextRequests++
    const restriction = reader.lists('assert_search_restriction', restrictable)
    if (id === undefined) reader.refuse('FieldRequired', 'id', 'Field is required')
    if (reader.errors.length > 0) return invalid(at, reader.errors)
    const set = this.results.get(id ?? '')
    if (set === undefined || set.expiresAt <= at)
      return refused(at, settings.goneResult, 'The search results are gone')
    const asserted = JSON.stringify(restriction)
    if (asserted !== '{}' && asserted !== JSON.stringify(set.request.restriction)) {
      return refused(at, { http: 403, status: 'ForbiddenFieldValue' })
    }
    if (offset > set.rows.length) return refused(at, { http: 400, status: 'BadOffset' })
    const result = `{"count":${set.rows.length},${this.#page(set, log, offset, limit)}}`
    return success(at, settings, `Found ${set.rows.length} event(s)`, result)
  }

  /** `events` of a page, with the roots against which their proofs hold now. */
  #page(set: ResultSet, log: AuditLog, offset: number, limit: number): string {
    const { settings, onServed } = this.#parts
    const { verbose } = set.request
    const serving = { ...settings.serving, proofs: settings.serving.proofs && verbose }
    const rows = set.rows.slice(offset, offset + Math.min(limit, settings.largestPage))
    const texts = rows.map((row) => {
      const text = rowText(log, row, serving)
      onServed(text)
      return settings.pretty ? pretty(text) : text
    })
    const roots = serving.proofs ? rootMembers(log, settings) : ''
    return `"events":[${texts.join(settings.pretty ? ',\n' : ',')}]${roots}`
  }

  #root(reader: BodyReader, log: AuditLog, at: number): Answer {
    const { settings } = this.#parts
    reader.onlyKnown(['config_id', 'tree_size'])
    const size = reader.integer('tree_size', 1, Number.MAX_SAFE_INTEGER)
    if (reader.errors.length > 0) return invalid(at, reader.errors)
    const root = log.root(size)
    if (root === undefined) {
      return refused(at, { http: 200, status: 'TreeNotFound' }, 'A tree has not been built for proofs')
    }
    const result = settings.rootForm === 'data' ? { data: root } : root
    return success(at, settings, 'Root', JSON.stringify(result))
  }

  #defer(answer: Answer, at: number): Answer {
    const id = newId('prq')
    const location = `${this.#parts.settings.async?.host ?? this.#parts.url()}/request/${id}`
    this.#open.set(id, { answer, location, polls: 0 })
    return accepted(id, location, 0, at)
  }

  #poll({ path, at }: VendorRequest): Answer {
    const { settings } = this.#parts
    const id = pollPath.exec(path)?.[1] ?? ''
    const open = this.#open.get(id)
    const polls = open === undefined ? 0 : open.polls++
    const missing = settings.async?.missingPolls ?? 0
    if (open === undefined || polls < missing) return refused(at, { http: 404, status: 'NotFound' })
    if (polls < missing + (settings.async?.openPolls ?? 0)) return accepted(id, open.location, polls, at)
    return open.answer
  }
}

const accepted = (requestId: string, location: string, polls: number, at: number): Answer => {
  const summary = 'Your request is in progress'
  const result = JSON.stringify({ ttl_mins: 1440, retry_counter: polls, location })
  return framed(202, { at, status: 'Accepted', summary, requestId }, result)
}

function rootMembers(log: AuditLog, settings: PangeaSettings): string {
  const root = log.root()
  const open = settings.serving.unpublishedProofs ? log.unpublishedRoot() : undefined
  const published = root === undefined ? '' : `,"root":${JSON.stringify(root)}`
  return published + (open === undefined ? '' : `,"unpublished_root":${JSON.stringify(open)}`)
}

function bodyOf({ headers, body }: VendorRequest): Readonly<Record<string, unknown>> | undefined {
  if (!/^application\/json\b/i.test(headers['content-type'] ?? '')) return undefined
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
  } catch {
    return undefined
  }
}
