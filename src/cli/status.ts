import * as z from 'zod'
import type { Collection, StoredDocument } from '../delivery/collection.ts'
import type { Host } from '../host.ts'
import type { ConfiguredInput } from './inputs.ts'
import { lastError } from './last-error.ts'
import type { Report } from './report.ts'

/** What is known of one stream of an input. Times are ISO 8601, UTC. */
interface StreamStatus {
  readonly stream: string
  /** Where the next run goes on. */
  readonly cursor: string | undefined
  readonly lagSeconds: number | undefined
  readonly lastFetch: string | undefined
  readonly events: number
  readonly unparsed: number
  /** Units of the ledger by state. */
  readonly units: Readonly<Record<string, number>>
  /** Why the newest unit that is not complete is not. */
  readonly reason: string | undefined
}

const row = z.looseObject({
  stream: z.string(),
  unit: z.string(),
  to: z.string(),
  state: z.string(),
  events: z.coerce.number().catch(0),
  unparsed: z.coerce.number().catch(0),
  last_fetch: z.string().nullish(),
  reason: z.string().nullish(),
})
type Row = z.infer<typeof row>

const checkpoint = z.looseObject({ stream: z.string(), name: z.string(), state: z.string() })

/** `status`: per input and stream where it stands, what it is behind, and what is missing. Returns the exit code. */
export async function status(
  inputs: readonly ConfiguredInput[],
  stores: { readonly checkpoints: Collection; readonly ledger: Collection },
  host: Host,
  report: Report,
): Promise<number> {
  const all: object[] = []
  const lines: string[][] = []
  const errors: string[] = []
  for (const { registered, name, stanza, disabled } of inputs) {
    const { scheme } = registered.definition
    const query = { scheme, input: name }
    const [checkpoints, rows] = [await stores.checkpoints.find(query), await stores.ledger.find(query)]
    const streams = streamsOf(checkpoints, rows, host.clock.now())
    const error = lastError(host.logDirectory, scheme, stanza)
    all.push({ stanza, disabled, lastError: error ?? null, streams })
    if (error !== undefined) errors.push(`${stanza}: ${error}`)
    if (streams.length === 0) lines.push([stanza, disabled ? 'disabled' : 'has not run yet'])
    for (const each of streams) lines.push([stanza, ...cells(each)])
    for (const { stream, reason } of streams)
      if (reason !== undefined) errors.push(`${stanza} ${stream}: ${reason}`)
  }
  const headings = [
    'INPUT',
    'STREAM',
    'COLLECTED UP TO',
    'BEHIND',
    'LAST FETCH',
    'EVENTS',
    'UNPARSED',
    'UNITS',
  ]
  if (inputs.length === 0) await report.line('There is no input of this add-on yet.')
  else await report.table(headings, lines)
  for (const error of errors) await report.line(`\n${error}`)
  await report.document(all)
  return 0
}

function streamsOf(
  checkpoints: readonly StoredDocument[],
  documents: readonly StoredDocument[],
  now: number,
): StreamStatus[] {
  const cursors = new Map<string, number>()
  for (const document of checkpoints) {
    const read = checkpoint.safeParse(document)
    const at = read.success && read.data.name === 'cursor' ? newestInstant(read.data.state) : undefined
    if (read.success && at !== undefined) cursors.set(read.data.stream, at)
  }
  const rows = documents.flatMap((document) => row.safeParse(document).data ?? [])
  const names = [...new Set([...rows.map(({ stream }) => stream), ...cursors.keys()])].sort()
  return names.map((stream) =>
    statusOf(
      stream,
      rows.filter((each) => each.stream === stream),
      cursors.get(stream),
      now,
    ),
  )
}

function statusOf(
  stream: string,
  rows: readonly Row[],
  cursor: number | undefined,
  now: number,
): StreamStatus {
  const units: Record<string, number> = {}
  for (const { state } of rows) units[state] = (units[state] ?? 0) + 1
  const [missing] = rows
    .filter(({ state, reason }) => state !== 'complete' && state !== 'open' && Boolean(reason))
    .sort((one, other) => other.to.localeCompare(one.to))
  const fetches = rows.flatMap(({ last_fetch }) => last_fetch || []).sort()
  return {
    stream,
    cursor: cursor === undefined ? undefined : new Date(cursor).toISOString(),
    lagSeconds: cursor === undefined ? undefined : Math.max(0, Math.round((now - cursor) / 1000)),
    lastFetch: fetches.at(-1),
    events: rows.reduce((sum, { events }) => sum + events, 0),
    unparsed: rows.reduce((sum, { unparsed }) => sum + unparsed, 0),
    units,
    reason: missing && `${missing.unit} is ${missing.state}: ${missing.reason}`,
  }
}

/** A cursor is its source's own affair; the latest of its instants, epoch milliseconds or microseconds, is how far it got. */
function newestInstant(state: string): number | undefined {
  const numbers = [...state.matchAll(/\d{13,16}/g)].map(([digits]) => Number(digits.slice(0, 13)))
  return numbers.length === 0 ? undefined : Math.max(...numbers)
}

function cells({ stream, cursor, lagSeconds, lastFetch, events, unparsed, units }: StreamStatus): string[] {
  return [
    stream,
    cursor?.slice(0, 19) ?? '-',
    lagSeconds === undefined ? '-' : duration(lagSeconds),
    lastFetch?.slice(0, 19) ?? '-',
    String(events),
    String(unparsed),
    Object.entries(units)
      .sort()
      .map(([state, count]) => `${count} ${state}`)
      .join(', ') || 'none',
  ]
}

function duration(seconds: number): string {
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} d`
}
