import { describe, expect, it } from 'vitest'
import { EventStream as StreamParser } from '../../tests/standins/splunkd/events/event-stream.ts'
import type { StampedBlock } from '../delivery/batch.ts'
import { Identities } from '../records/identities.ts'
import { RecordReader } from '../records/reader.ts'
import { EventStream, type EventStreamOptions } from './event-stream.ts'

const usual: EventStreamOptions = { stanza: 'cisco_etd://prod', input: 'prod' }

/** A block of records with what is stamped on them. */
function stamped(texts: readonly string[], more: Partial<StampedBlock> = {}): StampedBlock {
  const reader = new RecordReader({ members: [] })
  const bytes = Buffer.from(texts.join('\n'))
  const [records] = [...reader.blocks(bytes), ...reader.end()]
  if (records?.count !== texts.length) throw new Error('the records do not fit into one block')
  return {
    records,
    times: Float64Array.from(texts, (_, row) => 1_700_000_000_000 + row),
    ids: Identities.of(texts.map((_, row) => String(row).padStart(32, '0'))),
    source: 'etd:a/b',
    sourcetype: 'cisco:etd:message',
    ...more,
  }
}

/** Writes blocks, and reads them as splunkd does. */
async function written(blocks: readonly StampedBlock[], options: Partial<EventStreamOptions> = {}) {
  const events: { data: string; time: string | undefined; [element: string]: unknown }[] = []
  const parser = new StreamParser((event) => events.push({ ...event, data: event.data.toString('utf8') }))
  const stream = new EventStream(async (bytes) => parser.push(Buffer.from(bytes)), { ...usual, ...options })
  const counts = []
  for (const block of blocks) counts.push(await stream.write(block, 'message'))
  await stream.close()
  expect(parser.violation).toBeUndefined()
  expect(parser.closed).toBe(true)
  return { events, counts }
}

describe('EventStream', () => {
  it('puts the mailtrail member in front and leaves the rest as it is', async () => {
    const { events } = await written([stamped(['{"b": 1.0,"a":"<&>"}', '{}', '{ }'])])
    expect(events.map(({ data }) => data)).toEqual([
      '{"mailtrail":{"id":"00000000000000000000000000000000","input":"prod","stream":"message"},"b": 1.0,"a":"<&>"}',
      '{"mailtrail":{"id":"00000000000000000000000000000001","input":"prod","stream":"message"}}',
      '{"mailtrail":{"id":"00000000000000000000000000000002","input":"prod","stream":"message"} }',
    ])
    expect(events[1]).toMatchObject({
      stanza: 'cisco_etd://prod',
      time: '1700000000.001',
      source: 'etd:a/b',
      sourcetype: 'cisco:etd:message',
      index: undefined,
      host: undefined,
      unbroken: true,
      done: true,
    })
  })

  it('writes index and host where they are set, no time where there is none, and what a source adds', async () => {
    const extras = ['"integrity":{"hash":"pass"},"note":"<&>"']
    const block = stamped(['{"a":1}'], { times: Float64Array.of(Number.NaN), extras })
    const { events } = await written([block], { index: 'mail', host: 'h&h' })
    expect(events[0]).toMatchObject({ index: 'mail', host: 'h&h', time: undefined })
    expect(JSON.parse(events[0]?.data ?? '').mailtrail).toMatchObject({
      integrity: { hash: 'pass' },
      note: '<&>',
    })
  })

  it('survives names that are markup', async () => {
    const odd = `<o'"&]]>é`
    const { events } = await written([stamped(['{"a":1}'], { source: odd })], {
      stanza: `s://${odd}`,
      input: odd,
    })
    expect(events[0]).toMatchObject({ source: odd, stanza: `s://${odd}` })
    expect(JSON.parse(events[0]?.data ?? '').mailtrail.input).toBe(odd)
  })

  it('keeps what cannot be parsed', async () => {
    const { events, counts } = await written([stamped(['{"a":1}', 'no <JSON> "here"', '{"b":2}'])])
    expect(counts).toEqual([{ events: 3, unparsed: 1, bytes: 30 }])
    expect(events[1]?.sourcetype).toBe('mailtrail:unparsed')
    expect(JSON.parse(events[1]?.data ?? '')).toMatchObject({
      mailtrail: { stream: 'message', error: 'not valid JSON' },
      raw: 'no <JSON> "here"',
    })
  })

  it('leaves out what is to be skipped', async () => {
    const { events, counts } = await written([
      stamped(['{"a":1}', '{"b":2}', '{"c":3}'], { skip: Uint8Array.of(1, 0, 1) }),
    ])
    expect(counts[0]?.events).toBe(1)
    expect(events.map(({ data }) => data.slice(-7))).toEqual([',"b":2}'])
  })

  it('keeps the order of records small and larger than its buffer, even if all of a record must be escaped', async () => {
    const large = `{"x":"${'&'.repeat(700_000)}"}`
    const broken = `not JSON ${'<'.repeat(600_000)}`
    const texts = ['{"n":1}', large, '{"n":2}', broken, '{"n":3}']
    const { events } = await written(texts.map((text) => stamped([text])))
    const ends = events.map(({ data }) => data.slice(-8))
    expect(ends).toEqual(
      [',"n":1}', `&&&&&&"}`, ',"n":2}', `<<<<<<"}`, ',"n":3}'].map((end) => end.padStart(8, '}')),
    )
    expect(events[1]?.data.length).toBeGreaterThan(700_000)
  })

  it('holds back when its reader does, and tells when it is gone', async () => {
    const { promise: taken, resolve: take } = Promise.withResolvers<void>()
    let writes = 0
    const stream = new EventStream(async () => {
      writes++
      await taken
    }, usual)
    const block = stamped([`{"x":"${'x'.repeat(400_000)}"}`])
    await stream.write(block, 'message')
    await stream.write(block, 'message')
    const third = stream.write(block, 'message').then(() => 'accepted')
    expect(await Promise.race([third, new Promise((done) => setImmediate(() => done('waiting')))])).toBe(
      'waiting',
    )
    take()
    expect(await third).toBe('accepted')
    await stream.close()
    expect(writes).toBeGreaterThan(3)

    const gone = new EventStream(() => Promise.reject(new Error('the reader is gone')), usual)
    await gone.write(block, 'message')
    await expect(gone.flush()).rejects.toThrow('the reader is gone')
  })

  it('is a whole stream without events too', async () => {
    expect((await written([])).events).toEqual([])
  })
})
