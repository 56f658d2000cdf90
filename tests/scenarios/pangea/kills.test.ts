import { afterAll, beforeAll, expect, it } from 'vitest'
import type { PangeaStandin } from '../../standins/pangea/pangea.ts'
import { hour } from '../../standins/vendor/clock.ts'
import type { Received } from '../../standins/vendor/oracle.ts'
import { flawless, Stage, type StagedInput } from '../harness.ts'
import {
  alarms,
  type FoundEvent,
  fill,
  pangeaInput,
  scenarioNow,
  sortEvents,
  startProject,
} from './project.ts'

const kills = 20
/** Between two of them. */
const pause = hour / 2
const records = 12_000
/** The most that one kill may repeat. */
const batch = 5_000

let stage: Stage
let pangea: PangeaStandin
let input: StagedInput
let findings: FoundEvent[]

beforeAll(async () => {
  stage = await Stage.open()
  pangea = await startProject()
  // Nothing comes after the last run but one: what is due in the end is known.
  fill(pangea, scenarioNow - 20 * hour, scenarioNow + (kills - 1) * pause, records)
  input = stage.input(pangeaInput(pangea, { start_time: '-20h' }))
  findings = sortEvents(input, pangea)
})
afterAll(async () => {
  await stage?.close()
  await pangea?.stop()
})

it(`loses nothing to ${kills} kills, and repeats no more than a batch for each`, async () => {
  let killed = 0
  for (let run = 0; run < kills; run++) {
    const before = input.received.length
    const { signal } = await input.pass({ killAfterBytes: 20_000 + ((run * 7919) % 97) * 5_000 })
    if (signal === 'SIGKILL') killed++
    expect(input.received.length).toBeGreaterThanOrEqual(before)
    pangea.clock.advance(pause)
  }
  expect((await input.pass()).exitCode).toBe(0)
  expect(killed).toBeGreaterThan(kills / 2)

  const once = new Map<string, Received>()
  for (const received of input.received) once.set(`${received.id} ${received.text}`, received)
  const began = scenarioNow - 20 * hour + 60_000
  expect(await pangea.oracle.compare(once.values(), ({ time }) => time >= began)).toMatchObject(flawless)
  expect(input.received.length - once.size).toBeLessThanOrEqual(killed * batch)
  expect(alarms(findings), 'a kill is no tampering').toEqual({})
}, 240_000)
