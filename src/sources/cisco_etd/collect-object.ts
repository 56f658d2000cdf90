import * as z from 'zod'
import type { Batch, Unit } from '../../delivery/batch.ts'
import type { LedgerRow } from '../../delivery/ledger.ts'
import type { StreamRun } from '../../delivery/source.ts'
import { TryLater, UnitUnavailable } from '../../errors.ts'
import type { RecordReader } from '../../records/reader.ts'
import { beginning, download, type Place } from './download.ts'
import { LinkExpired, PartRefused } from './errors.ts'
import { expiryOf, hour } from './hours.ts'
import type { LinkService } from './links.ts'
import type { LogObject } from './object.ts'
import type { EtdParameters } from './parameters.ts'
import { stamp } from './stamp.ts'

/** Links are good for one hour; they are asked for again a little before. */
const linkLife = 55 * 60_000
/** Failures in a row without a record in between, before an object is left for a later run. */
const mostFailures = 5
/** Each of them costs a request for a fresh link, of which there are so many a day. */
const mostRefusedLinks = 3
const mostTimesNotThere = 2
/** Between them, growing twofold; milliseconds. */
const firstPause = 100

const place = z.object({
  offset: z.number().int().nonnegative(),
  ordinal: z.number().int().nonnegative(),
  isPlain: z.boolean().optional(),
})

export const unitOf = (logType: string, object: LogObject): Unit => ({
  stream: logType,
  name: object.path,
  from: object.hour,
  to: object.hour + hour,
  expires: expiryOf(object.hour),
})

/** A listed object, and when its link was made. */
export interface Linked {
  readonly object: LogObject
  readonly at: number
}

/**
 * Downloads one object from where it was left, through cut-offs and expired links.
 * @param reader of the members that {@link stamp} needs.
 * @throws {TryLater} when it keeps failing; the ledger row then is `failed` and a later run tries again.
 */
export async function* collectObject(
  run: StreamRun<EtdParameters>,
  links: LinkService,
  reader: RecordReader,
  linked: Linked,
  row: LedgerRow | undefined,
): AsyncGenerator<Batch, void, void> {
  const unit = unitOf(run.stream, linked.object)
  const resumed = row?.state === 'open' || row?.state === 'failed' ? place.safeParse(row.progress) : undefined
  let at: Place = resumed?.success ? resumed.data : beginning
  let current = linked
  const sourcetype = run.sourcetype(`cisco:etd:${run.stream}`)
  let stale = false
  let fromStart = false
  for (let failures = 0; ; ) {
    try {
      if (stale || run.vendor.clock.now() - current.at > linkLife)
        current = await relink(run, links, current.object)
      stale = false
      const from = fromStart ? { ...at, isPlain: false } : at
      for await (const { records, isPlain } of download(run.vendor, current.object, from, reader)) {
        const events = stamp(records, current.object, run.stream, sourcetype, at.ordinal)
        const offset = records.base + records.end(records.count - 1)
        at = { offset, ordinal: at.ordinal + records.count, isPlain }
        failures = 0
        yield { unit, events, progress: at }
      }
      yield { unit, becomes: 'complete' }
      return
    } catch (error) {
      if (!(error instanceof TryLater || error instanceof UnitUnavailable)) throw error
      failures++
      const reason = error.message
      run.log.info(reason, {
        action: 'object_interrupted',
        object: current.object.path,
        offset: at.offset,
        failures,
      })
      if (failures >= mostOf(error)) {
        yield { unit, becomes: 'failed', reason, progress: at }
        throw error
      }
      stale = error instanceof LinkExpired
      // Something on the way may not know how to send a part: by turns, all of it is asked for.
      fromStart = !fromStart && (failures > 1 || error instanceof PartRefused)
      await run.vendor.pause(firstPause * 2 ** failures)
    }
  }
}

function mostOf(error: TryLater | UnitUnavailable): number {
  if (error instanceof LinkExpired) return mostRefusedLinks
  return error instanceof UnitUnavailable && !(error instanceof PartRefused)
    ? mostTimesNotThere
    : mostFailures
}

/** Asks for a fresh link to an object. @throws {UnitUnavailable} when the vendor does not list it any more. */
async function relink(run: StreamRun<EtdParameters>, links: LinkService, object: LogObject): Promise<Linked> {
  const listing = await links.list(run.stream, object.hour, object.hour + hour)
  const found = listing.objects.find((candidate) => candidate.path === object.path)
  if (!found) throw new UnitUnavailable(`Cisco ETD no longer lists ${object.path}.`)
  return { object: found, at: listing.at }
}
