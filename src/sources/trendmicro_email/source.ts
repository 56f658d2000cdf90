import type { Batch } from '../../delivery/batch.ts'
import { SlicedPass, type StampedPage, type Window } from '../../delivery/slices.ts'
import type { Source, StreamRun } from '../../delivery/source.ts'
import type { RecordBlock } from '../../records/block.ts'
import { recordId } from '../../records/identity.ts'
import { parseInstant } from '../../records/instant.ts'
import type { VendorClient } from '../../transport/client.ts'
import { ChainBroken, MailTracking } from './api.ts'
import { definition } from './definition.ts'
import { type TrendMicroParameters, trendMicroParameters } from './parameters.ts'
import { probe } from './probe.ts'

/** How far back logs are given, counted from the request. Source: Get Mail Tracking Logs, start and end. */
const reach = 72 * 3_600_000
const mostRestarts = 3

/** Trend Micro Email Security, mail tracking logs. */
export const source: Source<TrendMicroParameters> = {
  definition,
  resolve: trendMicroParameters,
  streams: (params) => params.logTypes,
  tenant: (params) => ({
    id: `${new URL(params.baseUrl).host} ${params.username}`,
    url: params.baseUrl,
    rate: { perSecond: 50, burst: 50 },
  }),
  probe,
  async *collect(run: StreamRun<TrendMicroParameters>): AsyncGenerator<Batch, void, void> {
    const { params, stream, vendor } = run
    const pass = new SlicedPass(run, {
      fetch: (window) => pages(new MailTracking(params, vendor), stream, window, vendor),
      sourceOf: (unit) => `tmes:${stream}/${unit}`,
      sourcetype: run.sourcetype('trendmicro:email:tracking'),
      overlap: params.overlap,
      lag: params.lag,
      reach,
      longestWindow: 6 * 3_600_000,
      reachReason: 'Trend Micro gives the logs of the last 72 hours',
    })
    yield* pass.batches()
  },
}

/** All pages of a window. A chain that the vendor breaks off is begun anew: what came before is known by identity. */
async function* pages(
  tracking: MailTracking,
  logType: string,
  window: Window,
  vendor: VendorClient,
): AsyncGenerator<StampedPage, void, void> {
  for (let restarts = 0; ; restarts++) {
    try {
      return yield* chain(tracking, logType, window)
    } catch (error) {
      if (!(error instanceof ChainBroken) || restarts >= mostRestarts) throw error
      vendor.metrics.retries++
    }
  }
}

async function* chain(
  tracking: MailTracking,
  logType: string,
  window: Window,
): AsyncGenerator<StampedPage, void, void> {
  const used = new Set<string>()
  let token: string | undefined
  do {
    const page = await tracking.page(logType, window, token)
    if (page === undefined) return
    yield stamp(page.records)
    token = page.nextToken
    if (token !== undefined && used.has(token)) {
      throw new ChainBroken(
        'Trend Micro gives the same nextToken twice in a chain of pages; the chain is begun anew.',
      )
    }
    if (token !== undefined) used.add(token)
  } while (token !== undefined && token !== '')
}

/** A record is known by all of its text: recipient, action and time tell the records of one message apart. */
function stamp(records: RecordBlock): StampedPage {
  const times = new Float64Array(records.count)
  const ids: string[] = []
  for (let row = 0; row < records.count; row++) {
    const [generated, received] = [instant(records, row, 0), instant(records, row, 1)]
    times[row] = Number.isNaN(generated) ? received : generated
    ids.push(recordId(records.bytes, records.start(row), records.end(row)))
  }
  return { records, times, ids }
}

function instant(records: RecordBlock, row: number, slot: number): number {
  if (records.fault(row) !== 0) return Number.NaN
  const start = records.memberStart(row, slot)
  return start < 0 ? Number.NaN : parseInstant(records.bytes, start, records.memberEnd(row, slot))
}
