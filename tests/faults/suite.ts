import { Random } from '../standins/vendor/random.ts'
import { type Case, type Row, summed } from './case.ts'
import { cases } from './cases/index.ts'
import { Lane } from './lane.ts'
import { type Size, type SizeName, sizes } from './sizes.ts'

export interface SuiteOptions {
  readonly builtPackage: string
  readonly seed: number
  readonly size: SizeName
  /** Only cases whose name contains this. */
  readonly only?: string | undefined
  onCase?(name: string, rows: readonly Row[], tookMs: number): void
}

/** Cases that compute, side by side: one for each of two cores. */
const lanesAtOnce = 2

/** Runs the fault suite. The same seed gives the same records, faults and moments, as far as time itself allows. */
export async function runSuite(options: SuiteOptions): Promise<Row[]> {
  const wanted = cases.filter(({ name }) => name.includes(options.only ?? ''))
  const size: Size = sizes[options.size]
  const rows = new Map<Case, readonly Row[]>()

  async function work(queue: Case[]): Promise<void> {
    const lane = await Lane.open(options.builtPackage)
    try {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const began = performance.now()
        const random = new Random(options.seed + cases.indexOf(next) * 7_919)
        const done = await runCase(next, lane, random, size)
        rows.set(next, done)
        options.onCase?.(next.name, done, performance.now() - began)
      }
    } finally {
      await lane.close()
    }
  }
  const computing = wanted.filter(({ waits }) => !waits)
  const waiting = size.waits ? wanted.filter(({ waits }) => waits) : []
  const lanes = Math.min(lanesAtOnce, computing.length)
  await Promise.all([
    ...Array.from({ length: lanes }, () => work(computing)),
    ...waiting.map((one) => work([one])),
  ])
  return summed(wanted.flatMap((one) => rows.get(one) ?? [])).filter(
    (row) => row.size > 0 || row.flaws.length > 0,
  )
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
