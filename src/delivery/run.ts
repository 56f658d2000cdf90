import { MailtrailError, Misconfigured, StateUnavailable, Stopped } from '../errors.ts'
import type { Log } from '../log.ts'
import type { VendorClient } from '../transport/client.ts'
import type { Clock } from '../transport/clock.ts'
import type { Collection, Fence } from './collection.ts'
import type { InputName } from './documents.ts'
import { type EventSink, StreamDelivery, type Totals } from './engine.ts'
import type { Budget } from './healing.ts'
import { Ledger } from './ledger.ts'
import type { Source, StreamRun } from './source.ts'
import { StreamState } from './state.ts'

export interface PassOptions<Params> {
  readonly source: Source<Params>
  readonly params: Params
  readonly name: InputName
  readonly sourcetype: string | undefined
  startTime(): number
  /** Both let changes through only while the lease is held. */
  readonly checkpoints: Collection
  readonly ledger: Collection
  readonly sink: EventSink
  readonly fence: Fence
  readonly vendor: VendorClient
  budget(): Budget | undefined
  readonly log: Log
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Told when a stream is done, with what it delivered. */
  onStream(stream: string, totals: Totals): void
}

/**
 * One pass over all streams of an input. A stream that fails does not keep the others from their turn; the error that
 * weighs most is thrown in the end: a wrong configuration before one that may pass.
 */
export async function runPass<Params>(options: PassOptions<Params>): Promise<void> {
  const failures: MailtrailError[] = []
  // Before anything is asked of the vendor: state that cannot be understood ends the pass, whichever stream it is of.
  await new Ledger(options.ledger, options.name).refuseNewer()
  const stored: StoredStream[] = []
  for (const stream of options.source.streams(options.params)) stored.push(await load(options, stream))
  for (const one of stored) {
    const { stream } = one
    try {
      await runStream(options, one)
    } catch (error) {
      if (error instanceof Stopped || !(error instanceof MailtrailError)) throw error
      if (error instanceof StateUnavailable) throw error
      options.log.error(error.message, {
        action: 'stream_failed',
        stream,
        exc_l: error.category,
        error: error.name,
      })
      failures.push(error)
    }
  }
  const worst = failures.find((error) => error instanceof Misconfigured) ?? failures[0]
  if (worst) throw worst
}

interface StoredStream {
  readonly stream: string
  readonly state: StreamState
  readonly ledger: Ledger
}

/** @throws {StateUnavailable} when the stream's checkpoint, or a ledger row that matters for what is due, cannot be understood. */
async function load<Params>(options: PassOptions<Params>, stream: string): Promise<StoredStream> {
  const { name } = options
  const state = await StreamState.load(options.checkpoints, name, stream)
  const ledger = new Ledger(options.ledger, name)
  await ledger.unfinished(stream)
  return { stream, state, ledger }
}

async function runStream<Params>(
  options: PassOptions<Params>,
  { stream, state, ledger }: StoredStream,
): Promise<void> {
  const { sink, fence, clock } = options
  const delivery = new StreamDelivery({
    stream,
    sink,
    ledger,
    state,
    fence,
    now: () => clock.now(),
  })
  const run: StreamRun<Params> = {
    params: options.params,
    stream,
    vendor: options.vendor,
    log: options.log,
    signal: options.signal,
    startTime: options.startTime,
    state: (key) => state.get(key),
    stateKeys: () => state.keys(),
    ledger: (query) => delivery.rows({ ...query, stream }),
    budget: options.budget,
    sourcetype: (own) => options.sourcetype ?? own,
  }
  try {
    await delivery.deliver(options.source.collect(run))
    // By the vendor's time: a clock of this host that is wrong must not make rows look old.
    await thinOnceADay(ledger, state, stream, options.vendor.clock.now(), fence.number)
  } finally {
    options.onStream(stream, delivery.totals)
  }
}

async function thinOnceADay(
  ledger: Ledger,
  state: StreamState,
  stream: string,
  now: number,
  fence: number,
): Promise<void> {
  const today = new Date(now).toISOString().slice(0, 10)
  if (state.get('thinned') === today) return
  await ledger.thin(stream, now)
  await state.apply([{ key: 'thinned', value: today }], fence)
}
