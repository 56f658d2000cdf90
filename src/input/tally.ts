import type { StampedBlock } from '../delivery/batch.ts'
import type { EventSink, WrittenCounts } from '../delivery/engine.ts'

/** What one stream wrote in a run. */
export interface StreamTally {
  /** Events by sourcetype. */
  readonly events: ReadonlyMap<string, number>
  /** The youngest event time, epoch milliseconds; undefined when none had one. */
  readonly youngest: number | undefined
}

/** Counts what goes through an event sink, by stream and sourcetype, for the log. */
export class Tally implements EventSink {
  readonly #sink: EventSink
  readonly #streams = new Map<string, { events: Map<string, number>; youngest: number | undefined }>()

  constructor(sink: EventSink) {
    this.#sink = sink
  }

  async write(block: StampedBlock, stream: string): Promise<WrittenCounts> {
    const counts = await this.#sink.write(block, stream)
    const tally = this.#streams.get(stream) ?? { events: new Map<string, number>(), youngest: undefined }
    this.#streams.set(stream, tally)
    add(tally.events, block.sourcetype, counts.events - counts.unparsed)
    add(tally.events, 'mailtrail:unparsed', counts.unparsed)
    for (let row = 0; row < block.records.count; row++) {
      const time = block.times[row] ?? Number.NaN
      if (
        block.skip?.[row] !== 1 &&
        !(time <= (tally.youngest ?? Number.NEGATIVE_INFINITY)) &&
        !Number.isNaN(time)
      )
        tally.youngest = time
    }
    return counts
  }

  flush(): Promise<void> {
    return this.#sink.flush()
  }

  of(stream: string): StreamTally {
    return this.#streams.get(stream) ?? { events: new Map(), youngest: undefined }
  }
}

function add(events: Map<string, number>, sourcetype: string, count: number): void {
  if (count > 0) events.set(sourcetype, (events.get(sourcetype) ?? 0) + count)
}
