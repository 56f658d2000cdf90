import type { LedgerRow, LogLine } from './activity.ts'
import type { Stanza } from './stanza.ts'

/** How an input does. Times are epoch milliseconds, spans milliseconds; undefined is "not known". */
export interface Standing {
  readonly state: 'disabled' | 'waiting' | 'running' | 'failing' | 'working' | 'unknown'
  /** When the last run ended, or the running one began. */
  readonly lastRun: number | undefined
  /** How far what was collected lies back, in the stream that is furthest behind. */
  readonly lag: number | undefined
  readonly recordsToday: number | undefined
  /** Units that are not over yet, such as the current hour. */
  readonly open: number | undefined
  /** Units that failed or are to be replayed: they will be fetched again. */
  readonly pending: number | undefined
  /** Units of which the vendor has no more: gaps, and hours that it cut off. */
  readonly lost: number | undefined
  /** Why the latest of those is not complete. */
  readonly reason: string
  readonly error: { readonly message: string; readonly at: number; readonly isOver: boolean } | undefined
}

/** What is known about the inputs; a part that could not be read is undefined. */
export interface Activity {
  readonly ledger: readonly LedgerRow[] | undefined
  readonly log: readonly LogLine[] | undefined
  /** When today began. */
  readonly midnight: number
  readonly now: number
}

export function standingOf(stanza: Stanza, activity: Activity): Standing {
  const { scheme } = stanza.definition
  const rows = activity.ledger?.filter((row) => row.scheme === scheme && row.input === stanza.name)
  const lines = activity.log?.filter((line) => line.modular_input_name === `${scheme}://${stanza.name}`)
  return { ...runsOf(stanza, lines), ...unitsOf(rows, activity) }
}

type Runs = Pick<Standing, 'state' | 'lastRun' | 'error'>

function runsOf(stanza: Stanza, lines: readonly LogLine[] | undefined): Runs {
  const latest = (holds: (line: LogLine) => boolean): LogLine | undefined =>
    lines?.filter(holds).sort((one, other) => other.time - one.time)[0]
  const started = latest(({ action }) => action === 'started')
  const ended = latest(({ action }) => action === 'ended')
  const failed = latest(({ log_level }) => log_level === 'ERROR')
  const isRunning = started !== undefined && started.time > (ended?.time ?? 0)
  const isFailing = failed !== undefined && failed.time >= (ended?.time ?? 0)
  const last = isRunning ? started : ended
  return {
    state: stateOf(stanza, lines, isRunning, isFailing, last !== undefined),
    lastRun: last && last.time * 1000,
    error: failed && { message: failed.message, at: failed.time * 1000, isOver: !isFailing },
  }
}

function stateOf(
  stanza: Stanza,
  lines: readonly LogLine[] | undefined,
  isRunning: boolean,
  isFailing: boolean,
  hasRun: boolean,
): Standing['state'] {
  if (stanza.disabled) return 'disabled'
  if (lines === undefined) return 'unknown'
  if (isFailing) return 'failing'
  if (isRunning) return 'running'
  return hasRun ? 'working' : 'waiting'
}

type Units = Pick<Standing, 'lag' | 'recordsToday' | 'open' | 'pending' | 'lost' | 'reason'>

const lostStates = new Set(['gap', 'truncated'])
const unknownUnits: Units = {
  lag: undefined,
  recordsToday: undefined,
  open: undefined,
  pending: undefined,
  lost: undefined,
  reason: '',
}

function unitsOf(rows: readonly LedgerRow[] | undefined, { midnight, now }: Activity): Units {
  if (rows === undefined) return unknownUnits
  const incomplete = rows.filter(({ state }) => state !== 'complete')
  const lost = incomplete.filter(({ state }) => lostStates.has(state))
  const open = incomplete.filter(({ state }) => state === 'open')
  const since = new Date(midnight).toISOString()
  return {
    lag: lagOf(rows, now),
    recordsToday: rows.filter((row) => row.last_fetch >= since).reduce((sum, row) => sum + row.events, 0),
    open: open.length,
    pending: incomplete.length - lost.length - open.length,
    lost: lost.length,
    reason: incomplete.filter(({ reason }) => reason !== '').sort(byEnd)[0]?.reason ?? '',
  }
}

const byEnd = (one: LedgerRow, other: LedgerRow): number => (one.to < other.to ? 1 : -1)

function lagOf(rows: readonly LedgerRow[], now: number): number | undefined {
  const reached = new Map<string, string>()
  for (const row of rows) {
    const end = reachOf(row)
    if (end > (reached.get(row.stream) ?? '')) reached.set(row.stream, end)
  }
  const lags = [...reached.values()].map((to) => now - Date.parse(to))
  return lags.length === 0 ? undefined : Math.max(0, ...lags)
}

/** Up to when a unit was collected: an open one was read up to its last fetch. */
function reachOf({ state, to, last_fetch }: LedgerRow): string {
  if (state === 'complete') return to
  if (state !== 'open') return ''
  return last_fetch < to ? last_fetch : to
}
