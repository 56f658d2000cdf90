import { Clock } from '../standins/vendor/clock.ts'
import type { Random } from '../standins/vendor/random.ts'
import type { Lane } from './lane.ts'
import type { Size } from './sizes.ts'
import type { Subject } from './subject.ts'
import type { VendorKind } from './vendors/vendor.ts'

/** A line of the table: what was done how often, and what came of it. */
export interface Row {
  readonly test: string
  /** What `size` counts. */
  readonly unit: string
  readonly size: number
  readonly lost: number
  readonly repeated: number
  /** What must never happen, in words. */
  readonly flaws: readonly string[]
}

export interface CaseContext {
  readonly lane: Lane
  readonly random: Random
  readonly size: Size
}

/** A part of the suite that has a lane to itself while it runs. */
export interface Case {
  readonly name: string
  /**
   * `computes` when left out. What `sleeps` leaves most of the processor to others, `waits` moreover waits for real
   * minutes, and what is `long` is begun first.
   */
  readonly pace?: 'long' | 'computes' | 'sleeps' | 'waits'
  run(context: CaseContext): Promise<readonly Row[]>
}

/** An input that collects from a vendor with a running clock of its own. */
export const newSubject = (
  { lane, random }: CaseContext,
  kind: VendorKind,
  settings: Readonly<Record<string, string>> = {},
): Promise<Subject> => lane.subject(kind, { seed: random.below(2 ** 31), clock: new Clock(), settings })

/** A subject's last passes without faults, and its line of the table. */
export async function concluded(
  subject: Subject,
  line: { readonly test: string; readonly unit: string; readonly size: number },
  flaws: readonly string[] = [],
): Promise<Row> {
  await subject.complete()
  const { lost } = await subject.compare()
  return { ...line, lost, repeated: subject.repeated, flaws: [...flaws, ...subject.flaws] }
}

/** Lines of the same test as one. */
export function summed(rows: readonly Row[]): Row[] {
  const byTest = new Map<string, Row>()
  for (const row of rows) {
    const sum = byTest.get(row.test)
    byTest.set(row.test, {
      test: row.test,
      unit: row.unit,
      size: row.size + (sum?.size ?? 0),
      lost: row.lost + (sum?.lost ?? 0),
      repeated: row.repeated + (sum?.repeated ?? 0),
      flaws: [...(sum?.flaws ?? []), ...row.flaws],
    })
  }
  return [...byTest.values()]
}
