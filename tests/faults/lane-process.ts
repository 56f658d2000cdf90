import { Random } from '../standins/vendor/random.ts'
import type { Case, Row } from './case.ts'
import { cases } from './cases/index.ts'
import { Lane } from './lane.ts'
import { type Size, type SizeName, sizes } from './sizes.ts'

/** What a lane's process is started with, as JSON in its argument. */
export interface LaneOptions {
  readonly builtPackage: string
  readonly seed: number
  readonly size: SizeName
}

/** The number in `cases` of the case to be run. */
export interface LaneOrder {
  readonly number: number
}

export interface LaneReport {
  readonly rows: readonly Row[]
  readonly tookMs: number
}

async function runCase(one: Case, lane: Lane, random: Random, size: Size): Promise<readonly Row[]> {
  let rows: readonly Row[]
  try {
    rows = await one.run({ lane, random, size })
  } catch (error) {
    const flaw = `${one.name}: ${error instanceof Error ? (error.stack ?? error.message) : error}`
    rows = [{ test: one.name, unit: '', size: 0, lost: 0, repeated: 0, flaws: [flaw] }]
  }
  const violations = await lane.clear()
  const [first, ...more] = rows
  if (first === undefined || violations.length === 0) return rows
  return [{ ...first, flaws: [...first.flaws, ...violations] }, ...more]
}

const options: LaneOptions = JSON.parse(process.argv[2] ?? '')
const lane = await Lane.open(options.builtPackage)
process.on('message', async ({ number }: LaneOrder) => {
  const one = cases[number]
  if (one === undefined) throw new Error(`there is no case ${number}`)
  const began = performance.now()
  const random = new Random(options.seed + number * 7_919)
  const rows = await runCase(one, lane, random, sizes[options.size])
  const report: LaneReport = { rows, tookMs: performance.now() - began }
  process.send?.(report)
})
process.on('disconnect', () => void lane.close().then(() => process.exit()))
