import { rangeOf } from '../../dashboards/answer.ts'
import { app } from '../../dashboards/world/world.ts'
import { type Fields, texts } from '../../searchtime/eval/value.ts'
import { continueSearch, runSearch, type World } from '../../searchtime/search/pipeline.ts'

/** A reply as Splunk Web's proxy passes it on from splunkd. */
export interface Reply {
  readonly status: number
  readonly body: object
}

interface Job {
  readonly sid: string
  readonly query: string
  readonly world: World
  readonly rows: readonly Fields[]
}

/**
 * As much of splunkd's search endpoints as Splunk's search client uses: a job is created, is done at once, and gives
 * its results, or those of a search that goes on from them. The searches are run by the search-time harness, over
 * the events of a `World`; what the harness does not know fails the job and is kept in `failures`.
 * Source: Splunk REST API Reference, "Search endpoints".
 */
export class SearchService {
  failures: string[] = []
  #world: World
  /** Jobs of earlier worlds too: pages cancel theirs in their own time. */
  readonly #jobs = new Map<string, Job>()

  constructor(world: World) {
    this.#world = world
  }

  /** From here on, searches find this. */
  search(world: World): void {
    this.#world = world
    this.failures = []
  }

  reply(method: string, path: string, values: URLSearchParams): Reply | undefined {
    const [, sid, endpoint] = /\/search\/(?:v2\/)?jobs(?:\/([^/]+))?(?:\/(\w+))?$/.exec(path) ?? []
    // What the time range input asks for: presets, and what the user may do.
    if (/\/(?:data\/ui\/times|authentication\/current-context)$/.test(path))
      return { status: 200, body: { entry: [] } }
    if (!/\/search\/(?:v2\/)?jobs/.test(path)) return undefined
    if (sid === undefined) return method === 'POST' ? this.#create(values) : this.#states(values.getAll('id'))
    const job = this.#jobs.get(sid)
    if (!job) return { status: 404, body: { messages: [{ type: 'FATAL', text: 'Unknown sid.' }] } }
    if (endpoint === 'results' || endpoint === 'results_preview') return this.#results(job, values)
    return endpoint === 'control' ? { status: 200, body: { messages: [] } } : this.#states([sid])
  }

  #create(values: URLSearchParams): Reply {
    const sid = `mailtrail_${this.#jobs.size + 1}`
    const query = (values.get('search') ?? '').replace(/^search /, '')
    const [earliest, latest] = [values.get('earliest_time'), values.get('latest_time')]
    const world = rangeOf(this.#world, { earliest: earliest ?? '0', latest: latest ?? 'now' })
    const rows = this.#run(query, () => runSearch(query, world, app.confs.macros))
    this.#jobs.set(sid, { sid, query, world, rows })
    return { status: 201, body: { sid } }
  }

  #states(sids: readonly string[]): Reply {
    const entry = sids.flatMap((sid) => {
      const job = this.#jobs.get(sid)
      return job ? [state(job)] : []
    })
    return { status: 200, body: { entry } }
  }

  #results({ query, world, rows }: Job, values: URLSearchParams): Reply {
    const more = values.get('search')
    const found = more ? this.#run(more, () => continueSearch(rows, more, world, app.confs.macros)) : rows
    const offset = Number(values.get('offset') ?? 0)
    const count = Number(values.get('count') ?? 0)
    return {
      status: 200,
      body: {
        ...columnsOf(count > 0 ? found.slice(offset, offset + count) : found, more ?? query),
        messages: [],
        init_offset: offset,
        post_process_count: found.length,
        preview: false,
      },
    }
  }

  #run(query: string, run: () => readonly Fields[]): readonly Fields[] {
    try {
      return run()
    } catch (error) {
      this.failures.push(`${error instanceof Error ? error.message : error} in ${query}`)
      return []
    }
  }
}

const state = ({ sid, query, rows }: Job): object => ({
  name: query,
  published: '2026-03-03T12:05:00.000+00:00',
  acl: { app: 'TA-mailtrail' },
  content: {
    sid,
    isDone: true,
    isFailed: false,
    isFinalized: false,
    isRealTimeSearch: false,
    dispatchState: 'DONE',
    doneProgress: 1,
    resultCount: rows.length,
    resultPreviewCount: rows.length,
    eventCount: rows.length,
    runDuration: 0.1,
    messages: [],
  },
})

/** `output_mode=json_cols`: every value as text, times as ISO 8601, several values as a list. */
function columnsOf(rows: readonly Fields[], query: string): object {
  const names = [
    ...new Set([...(rows.length > 0 ? tabled(query) : []), ...rows.flatMap((row) => [...row.keys()])]),
  ]
  const cell = (row: Fields, name: string): string | readonly string[] | null => {
    const values = texts(row.get(name) ?? null)
    if (name === '_time' && values[0] !== undefined)
      return new Date(Number(values[0]) * 1000).toISOString().replace('Z', '+00:00')
    return values.length > 1 ? values : (values[0] ?? null)
  }
  return {
    fields: names.map((name) => ({ name })),
    columns: names.map((name) => rows.map((row) => cell(row, name))),
  }
}

/** The columns of a search that ends in `table`, empty ones too, in their order; without rows Splunk gives none. */
function tabled(query: string): string[] {
  const list = /\|\s*table\s+([^|]+)$/.exec(query)?.[1] ?? ''
  return [...list.matchAll(/"([^"]+)"|([^\s,"]+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')
}
