import { z } from 'zod'
import { type Ask, understood } from './ask.ts'

/** A row of the completeness ledger, as far as the page shows it. Times are ISO 8601 in UTC. */
export interface LedgerRow {
  readonly scheme: string
  readonly input: string
  readonly stream: string
  readonly to: string
  readonly state: string
  readonly events: number
  readonly last_fetch: string
  readonly reason: string
}

/** The latest line of one kind in the add-on's log. */
export interface LogLine {
  readonly modular_input_name: string
  readonly action: string
  readonly log_level: string
  /** Epoch seconds. */
  readonly time: number
  readonly message: string
}

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '')
const ledgerRows = z.array(
  z.object({
    scheme: text,
    input: text,
    stream: text,
    to: text,
    state: text,
    events: z.coerce.number().catch(0),
    last_fetch: text,
    reason: text,
  }),
)

const fields = 'scheme,input,stream,to,state,events,last_fetch,reason'
/** Enough for a day of every input and for much that is missing; splunkd gives 50,000 at most. */
const mostRows = '20000'

/** Rows that were fetched since an instant, and those that are not complete, whenever they were. */
export async function readLedger(ask: Ask, since: Date): Promise<LedgerRow[]> {
  const doing = 'reading the completeness ledger'
  const query = { $or: [{ last_fetch: { $gte: since.toISOString() } }, { state: { $ne: 'complete' } }] }
  const answer = await ask({
    path: 'storage/collections/data/mailtrail_ledger',
    query: { query: JSON.stringify(query), fields, limit: mostRows },
    doing,
    needs: 'read access to the collection mailtrail_ledger',
  })
  return understood(ledgerRows, answer, doing)
}

/** The latest line of each kind that tells how the runs went, for each input, within a week. */
export const logSearch = [
  'search index=_internal source=*ta_mailtrail_* modular_input_name=* (action=started OR action=ended OR action=stream_failed)',
  'stats latest(_time) AS time latest(message) AS message BY modular_input_name action log_level',
].join(' | ')

const logLines = z.object({
  results: z.array(
    z.object({
      modular_input_name: z.string(),
      action: z.string(),
      log_level: z.string(),
      time: z.coerce.number(),
      message: text,
    }),
  ),
})

/** What the inputs wrote to their log about their latest runs. Source: Splunk REST API reference, search/v2/jobs. */
export async function readLog(ask: Ask): Promise<LogLine[]> {
  const doing = "searching the add-on's log"
  const answer = await ask({
    method: 'POST',
    path: 'search/v2/jobs',
    form: { search: logSearch, exec_mode: 'oneshot', earliest_time: '-7d', latest_time: 'now', count: '0' },
    doing,
    needs: 'the right to search the index _internal',
  })
  return understood(logLines, answer, doing).results
}
