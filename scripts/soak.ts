/**
 * The long tests of the built package: fifty kills, memory over ten times as many records, one object of a gigabyte.
 * Prints the figures; ends with 1 when one of them is not as promised.
 */
import { existsSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { batch, killAgainAndAgain } from '../tests/scenarios/etd/kills.ts'
import { etdInput, startTenant } from '../tests/scenarios/etd/tenant.ts'
import { Stage, type StagedInput } from '../tests/scenarios/harness.ts'
import type { EtdStandin } from '../tests/standins/etd/etd.ts'
import { messageSeries } from '../tests/standins/etd/messages.ts'
import { fillHours } from '../tests/standins/etd/scenario.ts'
import { hour } from '../tests/standins/vendor/clock.ts'
import { Random } from '../tests/standins/vendor/random.ts'
import { buildPackage } from './package/build.ts'
import { platformOfThisMachine } from './package/platforms.ts'

const { values } = parseArgs({
  options: { only: { type: 'string' }, seed: { type: 'string', default: '1' } },
})
/**
 * How much larger the peak of memory may be with ten times the records. It varies by a quarter from run to run, as the
 * garbage collector gets its turn; what grows with the records would be tenfold.
 */
const flat = 1.35
const promises: { readonly what: string; readonly kept: boolean }[] = []
const promise = (what: string, kept: boolean): void => {
  promises.push({ what, kept })
  console.log(`${kept ? 'kept  ' : 'BROKEN'}  ${what}`)
}

const spl = await buildPackage(platformOfThisMachine())
if (values.only === undefined || values.only === 'kills') await fiftyKills(Number(values.seed))
if (values.only === undefined || values.only === 'memory') await memory()
process.exitCode = promises.every(({ kept }) => kept) ? 0 : 1

async function onStage(task: (etd: EtdStandin, input: StagedInput) => Promise<void>): Promise<void> {
  const stage = await Stage.open({}, spl)
  const etd = await startTenant()
  try {
    await task(etd, stage.input(etdInput(etd, { start_time: '-40h' })))
    if (stage.splunkd.events.violations.length > 0)
      throw new Error(stage.splunkd.events.violations.join('\n'))
  } finally {
    await stage.close()
    await etd.stop()
  }
}

/** SIGKILL at random instants until fifty runs were killed or all is collected. */
async function fiftyKills(seed: number): Promise<void> {
  await onStage(async (etd, input) => {
    const random = new Random(seed)
    fillHours(etd, { hours: 12, records: 150_000, allForms: true })
    fillHours(etd, { hours: 2, records: 100_000, objectsPerHour: 1, seed: 2 })
    const { kills, mostRepeats, repeats } = await killAgainAndAgain(
      input,
      50,
      () => 10_000 + random.below(9_000_000),
    )
    const { lost, altered, wrongId, wrongTime, expected } = await input.compare(etd.oracle)
    promise(
      `${kills} kills over ${expected.toLocaleString('en')} records: lost ${lost}`,
      kills >= 40 && lost === 0,
    )
    promise(
      `altered ${altered}, wrong times ${wrongTime}, wrong ids ${wrongId}`,
      altered + wrongTime + wrongId === 0,
    )
    promise(`repeated ${repeats}, at most ${mostRepeats} by one kill`, mostRepeats <= batch)
  })
}

/** The highest resident memory of a run. */
async function memory(): Promise<void> {
  const peaks: number[] = []
  const measure = async (what: string, records: number, fill: (etd: EtdStandin) => void): Promise<void> => {
    await onStage(async (etd, input) => {
      fill(etd)
      const ids = new Set<string>()
      let events = 0
      let bytes = 0
      input.onReceived = ({ id = '', text }) => {
        events++
        bytes += text.length
        ids.add(id.slice(0, 16))
      }
      let peak = 0
      let looked = 0
      const { exitCode, tookMs } = await input.pass({
        onStdoutChunk: (_, { pid }) => {
          if (performance.now() - looked < 100) return
          looked = performance.now()
          peak = Math.max(peak, peakOf(pid))
        },
      })
      peaks.push(peak)
      const mebibytes = `${Math.round(bytes / 2 ** 20).toLocaleString('en')} MiB`
      promise(
        `${what}: ${events.toLocaleString('en')} events, ${mebibytes}, ${(tookMs / 1000).toFixed(1)} s, peak ${Math.round(peak / 1024)} MiB`,
        exitCode === 0 && events === records && ids.size === records,
      )
    })
  }
  const overHours = (records: number) => (etd: EtdStandin) => {
    fillHours(etd, { hours: 30, records, auditShare: 0 })
  }
  await measure('100,000 records', 100_000, overHours(100_000))
  await measure('1,000,000 records', 1_000_000, overHours(1_000_000))
  await measure('one object of a gigabyte', 1_000_000, (etd) => {
    const start = etd.clock.now() - 2 * hour
    const records = messageSeries({ seed: 5, count: 1_000_000, hour: start, tenant: etd.tenant })
    etd.addObject({ type: 'message', hour: start, records, appearsAt: etd.clock.now() })
  })
  const [small = 0, large = 0, single = 0] = peaks
  promise(`memory is flat: ×${(large / small).toFixed(2)} with ten times the records`, large <= small * flat)
  promise(
    `memory is flat: ×${(single / small).toFixed(2)} with one object of a gigabyte`,
    single <= small * flat,
  )
}

/** VmHWM of a process, KiB; 0 when it has just ended. Source: proc(5), /proc/pid/status. */
function peakOf(pid: number | undefined): number {
  const file = `/proc/${pid}/status`
  return existsSync(file) ? Number(/VmHWM:\s*(\d+)/.exec(readFileSync(file, 'utf8'))?.[1] ?? 0) : 0
}
