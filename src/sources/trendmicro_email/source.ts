import type { Batch } from '../../delivery/batch.ts'
import { SlicedPass } from '../../delivery/slices.ts'
import type { Source, StreamRun } from '../../delivery/source.ts'
import { MailTracking, reach, reachReason } from './api.ts'
import { pages } from './chain.ts'
import { definition } from './definition.ts'
import { type TrendMicroParameters, trendMicroParameters } from './parameters.ts'
import { probe } from './probe.ts'

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
      reachReason,
    })
    yield* pass.batches()
  },
}
