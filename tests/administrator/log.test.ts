import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { etdInput, startTenant } from '../scenarios/etd/tenant.ts'
import { Stage, type StagedInput } from '../scenarios/harness.ts'
import type { EtdStandin } from '../standins/etd/etd.ts'
import { fillHours } from '../standins/etd/scenario.ts'

/** The fields of a line, as Splunk reads `key=value` by itself. */
const fieldsOf = (line: string): Record<string, string> =>
  Object.fromEntries(
    [...line.matchAll(/(\w+)=(?:"((?:[^"\\]|\\.)*)"|(\S+))/g)].map(([, key = '', quoted, plain]) => [
      key,
      quoted ?? plain ?? '',
    ]),
  )

describe('The log of an input', () => {
  let stage: Stage
  let etd: EtdStandin
  let input: StagedInput
  const linesOf = (action: string, of = input) =>
    of
      .log()
      .map(fieldsOf)
      .filter((fields) => fields.action === action)

  beforeAll(async () => {
    stage = await Stage.open()
    etd = await startTenant()
    fillHours(etd, { hours: 2, records: 60 })
    input = stage.input(etdInput(etd, { start_time: '-3h', index: 'email' }), { name: 'prod' })
    expect((await input.pass()).exitCode).toBe(0)
  })
  afterAll(async () => {
    await stage?.close()
    await etd?.stop()
  })

  it("has what Splunk's dashboards for add-ons read of the events", () => {
    const counts = linesOf('events_ingested').map(
      ({ sourcetype_ingested, n_events, modular_input_name, event_input, event_index }) => ({
        sourcetype_ingested,
        n_events: Number(n_events),
        modular_input_name,
        event_input,
        event_index,
      }),
    )
    const expected = ['message', 'audit'].map((stream) => ({
      sourcetype_ingested: `cisco:etd:${stream}`,
      n_events: input.received.filter(
        (each) => each.stream === stream && each.sourcetype === `cisco:etd:${stream}`,
      ).length,
      modular_input_name: 'cisco_etd://prod',
      event_input: 'prod',
      event_index: 'email',
    }))
    expect(counts).toEqual(expect.arrayContaining(expected))
    expect(counts.reduce((sum, { n_events }) => sum + n_events, 0)).toBe(input.received.length)
  })

  it('says what the run cost and is behind, which lease it had, and what is left of the quota', () => {
    expect(linesOf('started')).toEqual([
      expect.objectContaining({ lease: expect.stringMatching(/^\d+$/), log_level: 'INFO' }),
    ])
    const [ended] = linesOf('ended')
    expect(Number(ended?.requests)).toBe(
      etd.api.requests.count('token') +
        etd.api.requests.count('links') +
        etd.storage.requests.count('object'),
    )
    expect(ended).toMatchObject({
      retries: '0',
      waited_ms: '0',
      received_bytes: expect.stringMatching(/^\d+$/),
    })
    const [quota] = linesOf('quota')
    expect(Number(quota?.used)).toBeGreaterThan(0)
    expect(Number(quota?.left)).toBe(Number(quota?.limit) - Number(quota?.used))
    for (const { lag_s } of linesOf('events_ingested')) expect(Number(lag_s)).toBeGreaterThan(0)
  })

  it('counts a run with nothing new', async () => {
    const before = linesOf('events_ingested').length
    expect((await input.pass()).exitCode).toBe(0)
    const lines = linesOf('events_ingested').slice(before)
    expect(lines.map(({ stream, n_events }) => [stream, n_events])).toEqual([
      ['message', '0'],
      ['audit', '0'],
    ])
  })

  it.each<[string, Record<string, string>]>([
    ['Authentication Error', { client_id: 'wrong' }],
    ['Configuration Error', { log_types: '?' }],
  ])('names the kind of an error: %s', async (category, change) => {
    const broken = stage.input(etdInput(etd, change))
    await broken.pass()
    expect(linesOf('ended', broken)).toEqual([
      expect.objectContaining({ log_level: 'ERROR', exc_l: category, exit_code: '1' }),
    ])
  })

  it('is at the level that the input asks for, each on its own', async () => {
    const quiet = stage.input(etdInput(etd, { log_level: 'WARN' }))
    const chatty = stage.input(etdInput(etd, { log_level: 'DEBUG' }))
    for (const each of [quiet, chatty]) expect((await each.pass()).exitCode).toBe(0)
    expect(new Set(quiet.log().map((line) => fieldsOf(line).log_level))).toEqual(new Set(['WARN']))
    expect(chatty.log().map((line) => fieldsOf(line).log_level)).toContain('DEBUG')
  })

  it('goes to splunkd.log too, one line for each record, with its level in front', async () => {
    const { stderr } = await input.pass()
    expect(stderr.length).toBeGreaterThan(2)
    for (const line of stderr) expect(line).toMatch(/^(DEBUG|INFO|WARN|ERROR) \S/)
  })
})
