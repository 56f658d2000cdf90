import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { TmesStandin } from '../../standins/tmes/tmes.ts'
import { minute } from '../../standins/vendor/clock.ts'
import { Stage, type StagedInput } from '../harness.ts'
import { startAccount, tmesInput } from './account.ts'

const sample = readFileSync(
  join(import.meta.dirname, '../../../src/sources/trendmicro_email/samples/response.json'),
  'utf8',
)

let stage: Stage
let tmes: TmesStandin
let input: StagedInput

beforeAll(async () => {
  stage = await Stage.open()
  tmes = await startAccount()
  tmes.clock.set(Date.parse('2020-11-25T08:00:00Z'))
  input = stage.input(tmesInput(tmes, { start_time: '-2h' }))
})
afterAll(async () => {
  await stage?.close()
  await tmes?.stop()
})

it("delivers the record of the vendor's sample response unaltered, on one line", async () => {
  const isFirstPage = (query: string) => query.includes('=accepted') && query.includes('start=2020-11-25T06')
  tmes.api.faults.add({
    on: ({ query }) => isFirstPage(query) && !query.includes('token='),
    fault: { kind: 'status', status: 200, body: sample },
  })
  expect((await input.pass()).exitCode).toBe(0)
  tmes.clock.advance(5 * minute)
  expect((await input.pass()).exitCode).toBe(0)
  const [record]: unknown[] = JSON.parse(sample).logs
  expect(input.received).toMatchObject([
    {
      text: JSON.stringify(record),
      time: Date.parse('2020-11-25T06:53:19Z'),
      sourcetype: 'trendmicro:email:tracking',
      source: 'tmes:accepted_traffic/2020-11-25T06',
      stream: 'accepted_traffic',
    },
  ])
  const token: string = JSON.parse(sample).nextToken
  const sent = tmes.api.requests.entries.map(({ query }) => new URLSearchParams(query).get('token'))
  expect(sent).toContain(token)
})
