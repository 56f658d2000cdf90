import type { Batch } from '../../delivery/batch.ts'
import type { CutOff, Part, Window } from '../../delivery/sliced-log.ts'
import { SlicedPass } from '../../delivery/slices.ts'
import type { Source, StreamRun } from '../../delivery/source.ts'
import { SecureAuditLog } from './api.ts'
import { definition } from './definition.ts'
import { Evidence, forgotten } from './evidence/evidence.ts'
import { microsecondText, type Range } from './microseconds.ts'
import { type PangeaParameters, pangeaParameters } from './parameters.ts'
import { probe } from './probe.ts'
import { RangeReader } from './search.ts'
import { stamp } from './stamp.ts'

/** The only stream: the records of one configuration. */
const stream = 'audit'
const week = 7 * 24 * 3_600_000

/** Pangea Secure Audit Log. */
export const source: Source<PangeaParameters> = {
  definition,
  resolve: pangeaParameters,
  streams: () => [stream],
  tenant: (params) => ({
    id: `${new URL(params.baseUrl).host} ${params.configId ?? ''}`,
    url: params.baseUrl,
    rate: { perSecond: 10, burst: 10 },
  }),
  probe,
  async *collect(run: StreamRun<PangeaParameters>): AsyncGenerator<Batch, void, void> {
    const audit = new SecureAuditLog(run.params, run.vendor)
    const reader = new RangeReader(audit)
    const evidence = run.params.verify ? new Evidence(run, audit, reader) : undefined
    const pass = new SlicedPass(run, {
      fetch: (window) => fetch(reader, window, evidence),
      ...(evidence && { settled: (time: number) => evidence.settled(time) }),
      sourceOf: (unit) => `pangea:${unit}`,
      sourcetype: run.sourcetype('pangea:audit'),
      overlap: run.params.overlap,
      lag: 0,
      reach: undefined,
      longestWindow: week,
      reachReason: '',
    })
    if (evidence === undefined) {
      yield { state: forgotten(run) }
      yield* pass.batches()
      return
    }
    try {
      yield* evidence.begin()
      yield* pass.batches()
    } finally {
      evidence.summarise()
    }
  },
}

async function* fetch(
  reader: RangeReader,
  window: Window,
  evidence: Evidence | undefined,
): AsyncGenerator<Part, void, void> {
  for await (const part of reader.pages({ from: window.from * 1000, to: window.to * 1000 })) {
    if ('doneTo' in part) {
      yield { reached: Math.floor(part.doneTo / 1000) }
    } else if ('overfull' in part) yield { unit: unitOf(part.overfull), reason: part.reason }
    else if (evidence) yield* evidence.page(part)
    else yield stamp(part)
  }
}

const unitOf = ({ from }: Range): CutOff['unit'] => {
  const millisecond = Math.floor(from / 1000)
  return { stream, name: microsecondText(from), from: millisecond, to: millisecond + 1 }
}
