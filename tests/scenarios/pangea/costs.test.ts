import { expect, it } from 'vitest'
import { hour, minute } from '../../standins/vendor/clock.ts'
import { Stage } from '../harness.ts'
import { alarms, fill, pangeaInput, scenarioNow, sortEvents, startProject } from './project.ts'

it('asks the vendor two or three times a run, and for each root once, however long it goes on', async () => {
  const [stage, pangea] = [await Stage.open(), await startProject()]
  try {
    fill(pangea, scenarioNow - 5 * hour, scenarioNow + 4 * hour, 900)
    const input = stage.input(pangeaInput(pangea, { start_time: '-4h' }))
    const findings = sortEvents(input, pangea)
    await input.pass()
    const { requests } = pangea.server
    const before = requests.entries.length
    const rootsBefore = requests.count('root')
    const runs = 12
    for (let run = 0; run < runs; run++) {
      pangea.clock.advance(10 * minute)
      expect((await input.pass()).exitCode).toBe(0)
    }
    // Two buffers are published meanwhile: for each, two roots, and a search for the records that waited for it.
    expect(requests.count('root') - rootsBefore).toBeLessThanOrEqual(8)
    expect(requests.entries.length - before).toBeLessThanOrEqual(3 * runs + 16)
    expect(alarms(findings)).toEqual({})
  } finally {
    await stage.close()
    await pangea.stop()
  }
})
