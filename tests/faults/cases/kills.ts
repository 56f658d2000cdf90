import { hour } from '../../standins/vendor/clock.ts'
import { type Case, type CaseContext, concluded, newSubject, type Row } from '../case.ts'
import { type Point, points } from '../points.ts'
import { batch, type Subject } from '../subject.ts'
import { vendorKinds } from '../vendors/index.ts'
import type { VendorKind } from '../vendors/vendor.ts'

/** Few enough to be quick, more than a pipe holds. */
const recordsAKill = 160
const recordsThatFillAPipe = 900

/** kill -9 at every named point, again and again, for every vendor. */
export const namedKills: readonly Case[] = vendorKinds.flatMap((kind) =>
  points.map((point, number) => ({
    name: `${kind.scheme}: kill -9 ${point.name}`,
    run: async (context: CaseContext) =>
      number % context.size.pointsEvery === 0 ? [await killAt(context, kind, point)] : [],
  })),
)

/** Not every pass comes by every point: Cisco ETD's checkpoint moves on only when an hour is closed. */
const sparePasses = 12

async function killAt(context: CaseContext, kind: VendorKind, point: Point): Promise<Row> {
  const subject = await newSubject(context, kind)
  const [splunkd] = context.lane.heads
  let kills = 0
  let tries = 0
  // The first run is complete, so that there is something to take over.
  subject.vendor.add(recordsAKill)
  await subject.complete()
  while (kills < context.size.killsAtPoint && tries++ < 2 * context.size.killsAtPoint + sparePasses) {
    subject.vendor.add(point.fillsThePipe ? recordsThatFillAPipe : recordsAKill)
    if (point.inClearText) subject.unmask()
    const outcome = await subject.run((run) => point.arm(run, subject, splunkd, context.random))
    splunkd.faults.clear()
    for (const { server } of subject.vendor.reachable) server.faults.clear()
    if (outcome.signal === 'SIGKILL') kills++
    atMostABatch(subject, outcome.repeats)
  }
  const missed = kills === 0
  return concluded(
    subject,
    { test: `kill -9 ${point.name}`, unit: 'kills', size: kills },
    missed ? [`${kind.scheme}: was never killed ${point.name}`] : [],
  )
}

function atMostABatch(subject: Subject, repeats: number): void {
  if (repeats > batch) subject.flaws.push(`${subject.stanza}: ${repeats} repeats after one kill`)
}

/** kill -9 at any moment, with small amounts of records and ones of several batches. */
export const randomKills: readonly Case[] = vendorKinds.flatMap((kind) =>
  [0, 1].map((part) => ({
    name: `${kind.scheme}: kill -9 at random (${part})`,
    run: async (context: CaseContext) => [await killAtRandom(context, kind)],
  })),
)

/** One in so many runs is left alone, to see how long one takes: machines differ, and so does what else they do. */
const leftAlone = 8

async function killAtRandom(context: CaseContext, kind: VendorKind): Promise<Row> {
  const { random, size } = context
  const wanted = Math.ceil(size.randomKills / randomKills.length)
  // Nothing can be kept of a start that is relative to a run that is killed before it reaches splunkd.
  const start_time = new Date(Date.now() - 6 * hour).toISOString()
  const subject = await newSubject(context, kind, { start_time })
  let longest = 1_000
  let kills = 0
  for (let tries = 0; kills < wanted && tries < 2 * wanted; tries++) {
    subject.vendor.add(tries % 25 === 7 ? 7_000 : 30 + random.below(300))
    const due = random.below(longest)
    const outcome = await subject.run((run) => {
      if (tries % leftAlone === leftAlone - 1) return
      const timer = setTimeout(() => run.kill('SIGKILL'), due)
      void run.finished.then(() => clearTimeout(timer))
    })
    if (outcome.signal === 'SIGKILL') kills++
    else longest = Math.ceil(outcome.tookMs)
    atMostABatch(subject, outcome.repeats)
  }
  return concluded(subject, { test: 'kill -9 at random', unit: 'kills', size: kills })
}
