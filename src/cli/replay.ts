import * as z from 'zod'
import type { Collection } from '../delivery/collection.ts'
import { Misconfigured } from '../errors.ts'
import { resolveInstant } from '../input/parameters.ts'
import type { ConfiguredInput } from './inputs.ts'
import type { Report } from './report.ts'

/** Records in one answer of an API that is asked page by page. */
const recordsPerPage = 500

const row = z.looseObject({
  _key: z.string(),
  stream: z.string(),
  unit: z.string(),
  from: z.string(),
  to: z.string(),
  state: z.string(),
  events: z.coerce.number().catch(0),
  bytes: z.coerce.number().catch(0),
  expires: z.string().nullish(),
})
type Row = z.infer<typeof row>

export interface ReplayOptions {
  /** Instants as `start_time` takes them. */
  readonly from: string
  readonly to: string
  readonly stream?: string
  readonly dryRun: boolean
}

/**
 * `replay`: has the units of a time range sent again, under the same ids: marks them in the ledger, and the input's
 * next run does it, through the same pipeline. Returns the exit code.
 */
export async function replay(
  input: ConfiguredInput,
  ledger: Collection,
  now: number,
  report: Report,
  options: ReplayOptions,
): Promise<number> {
  const [from, to] = [instant('--from', options.from, now), instant('--to', options.to, now)]
  if (from >= to) throw new Misconfigured('--from must be earlier than --to.')
  const rows = await unitsBetween(input, ledger, from, to, options.stream)
  const gone = rows.filter(({ expires, state }) => state === 'gap' || isPast(expires, now))
  const wanted = rows.filter((each) => !gone.includes(each))
  const cost = {
    units: wanted.length,
    events: sum(wanted, 'events'),
    bytes: sum(wanted, 'bytes'),
    ...requestsFor(wanted),
    outOfReach: gone.length,
  }
  if (!options.dryRun && wanted.length > 0)
    await ledger.save(wanted.map((each) => ({ ...each, state: 'replay', progress: '' })))
  const range = `${new Date(from).toISOString()} to ${new Date(to).toISOString()}`
  await report.line(
    `${input.stanza}, ${range}: ${cost.units} units with ${cost.events} events (${cost.bytes} bytes); about ${cost.requests} requests ` +
      `and ${cost.downloads} downloads.`,
  )
  if (gone.length > 0) await report.line(`${gone.length} more units are out of the vendor's reach by now.`)
  if (rows.length === 0)
    await report.line('The ledger has nothing for this time. An input collects from its start_time on.')
  else if (options.dryRun) await report.line('Nothing was changed (--dry-run).')
  else if (wanted.length > 0)
    await report.line('They are marked; the next run of the input sends them again.')
  await report.document({
    stanza: input.stanza,
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    dryRun: options.dryRun,
    ...cost,
    marked: options.dryRun ? [] : wanted.map(({ stream, unit }) => ({ stream, unit })),
  })
  return 0
}

function instant(option: string, value: string, now: number): number {
  const found = resolveInstant(value, now)
  if (found === undefined)
    throw new Misconfigured(
      `${option} must be an ISO 8601 instant, or relative to now such as -2h (it is "${value}").`,
    )
  return found
}

/** Units that lie in the range, wholly or in part. */
async function unitsBetween(
  input: ConfiguredInput,
  ledger: Collection,
  from: number,
  to: number,
  stream: string | undefined,
): Promise<Row[]> {
  const documents = await ledger.find({
    scheme: input.registered.definition.scheme,
    input: input.name,
    ...(stream === undefined ? {} : { stream }),
    from: { $lt: new Date(to).toISOString() },
    to: { $gt: new Date(from).toISOString() },
  })
  return documents.map((document) => row.parse(document))
}

const isPast = (expires: string | null | undefined, now: number): boolean =>
  Boolean(expires) && Date.parse(expires ?? '') <= now

const sum = (rows: readonly Row[], field: 'events' | 'bytes'): number =>
  rows.reduce((total, each) => total + each[field], 0)

/** Files are listed by the hour and downloaded; everything else comes in pages. */
function requestsFor(rows: readonly Row[]): { requests: number; downloads: number } {
  const files = rows.filter(({ unit }) => unit.includes('/'))
  const hours = new Set(rows.map(({ stream, from }) => `${stream} ${from}`)).size
  const paged = rows.filter((each) => !files.includes(each))
  return { requests: hours + Math.floor(sum(paged, 'events') / recordsPerPage), downloads: files.length }
}
