import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { type Case, type Row, summed } from './case.ts'
import { cases } from './cases/index.ts'
import type { LaneOptions, LaneOrder, LaneReport } from './lane-process.ts'
import { sizes } from './sizes.ts'

export interface SuiteOptions extends LaneOptions {
  /** Only cases whose name contains one of these. */
  readonly only?: readonly string[] | undefined
  /** Rows of cases that an earlier run of the same seed and size has done already, by name. */
  readonly done?: ReadonlyMap<string, readonly Row[]> | undefined
  onCase?(name: string, rows: readonly Row[], tookMs: number): void
}

/** Cases side by side: one that computes for each of two cores, and some that mostly sleep. */
const computingLanes = 2
const sleepingLanes = 3

/**
 * Runs the fault suite, each lane in a process of its own. The same seed gives the same records, faults and moments, as
 * far as time itself allows.
 */
export async function runSuite(options: SuiteOptions): Promise<Row[]> {
  const { onCase, only, done, ...laneOptions } = options
  const wanted = cases.filter(({ name }) => only === undefined || only.some((text) => name.includes(text)))
  const rows = new Map<Case, readonly Row[]>()
  for (const one of wanted) {
    const known = done?.get(one.name)
    if (known) rows.set(one, known)
  }

  async function work(queue: Case[]): Promise<void> {
    const lane = fork(join(import.meta.dirname, 'lane-process.ts'), [JSON.stringify(laneOptions)], {
      execArgv: [],
    })
    const ended = once(lane, 'exit')
    const died = ended.then(([code]) => {
      throw new Error(`a lane of the fault suite ended early, with exit code ${code}`)
    })
    died.catch(() => undefined)
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const order: LaneOrder = { number: cases.indexOf(next) }
      lane.send(order)
      const [report]: LaneReport[] = await Promise.race([once(lane, 'message'), died])
      if (report === undefined) throw new Error(`the lane gave no report of ${next.name}`)
      rows.set(next, report.rows)
      onCase?.(next.name, report.rows, report.tookMs)
    }
    lane.disconnect()
    await ended
  }
  const paced = (...paces: readonly Case['pace'][]) =>
    paces.flatMap((pace) => wanted.filter((one) => !rows.has(one) && (one.pace ?? 'computes') === pace))
  const computing = paced('long', 'computes')
  const sleeping = sizes[options.size].waits ? paced('waits', 'sleeps') : paced('sleeps')
  const lanes = (queue: Case[], most: number) =>
    Array.from({ length: Math.min(most, queue.length) }, () => work(queue))
  await Promise.all([...lanes(computing, computingLanes), ...lanes(sleeping, sleepingLanes)])
  const inOrder = summed(wanted.flatMap((one) => rows.get(one) ?? []))
  return inOrder.filter((row) => row.size > 0 || row.flaws.length > 0)
}
