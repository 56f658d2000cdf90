import { setTimeout as sleep } from 'node:timers/promises'
import { type KvStatus, kvWrites } from '../../standins/splunkd/index.ts'
import { type Case, type CaseContext, concluded, newSubject, type Row } from '../case.ts'
import type { Subject } from '../subject.ts'
import { vendorKinds } from '../vendors/index.ts'
import { frozen } from './leases.ts'

const [kind] = vendorKinds

const waiting = (name: string, run: (context: CaseContext, subject: Subject) => Promise<Row>): Case => ({
  name,
  pace: 'waits',
  run: async (context) => {
    if (kind === undefined) return []
    const subject = await newSubject(context, kind)
    subject.vendor.add(500)
    await subject.complete()
    subject.vendor.add(500)
    return [await run(context, subject)]
  },
})

const requests = (subject: Subject): number =>
  subject.vendor.reachable.reduce((sum, { server, operation }) => sum + server.requests.count(operation), 0)

/** The store is away for longer than a run waits, from its start or from the first commit on. */
const away = (status: KvStatus, inTheMiddle: boolean): Case => {
  const test = `KV store away for minutes, ${inTheMiddle ? 'from the first commit on' : 'from the start'}`
  return waiting(test, async (context, subject) => {
    const [splunkd] = context.lane.heads
    const before = requests(subject)
    const leave = () => {
      context.lane.kv.status = status
    }
    if (inTheMiddle) splunkd.faults.next(kvWrites('mailtrail_ledger'), { before: leave })
    else leave()
    const { exitCode, tookMs, events, stderr } = await subject.run()
    const isQuiet = inTheMiddle || (events === 0 && requests(subject) === before)
    if (exitCode !== 2 || tookMs < 50_000 || tookMs > 90_000 || !isQuiet)
      subject.flaws.push(
        `${test}: exit ${exitCode} after ${tookMs} ms, ${events} events, ${requests(subject) - before} requests: ${stderr.at(-1)}`,
      )
    context.lane.kv.status = 'ready'
    return concluded(subject, { test: 'KV store away for minutes', unit: 'times', size: 1 })
  })
}

/** Another head waits for the lease of a dead owner to run out, in real time. */
const realExpiry = waiting('takeover after 90 real seconds', async (context, subject) => {
  const [splunkd] = context.lane.heads
  await subject.run((run) => {
    splunkd.faults.next(kvWrites('mailtrail_ledger'), { before: () => run.kill('SIGKILL'), reset: true })
  })
  const died = performance.now()
  let waited = 0
  for (let events = 0; events === 0 && waited < 120_000; ) {
    await sleep(2_000)
    events = (await subject.run(undefined, {}, 1)).events
    waited = performance.now() - died
  }
  if (waited < 85_000 || waited > 105_000) subject.flaws.push(`taken over after ${waited} ms`)
  return concluded(subject, { test: 'takeover after 90 real seconds', unit: 'takeovers', size: 1 })
})

/** An owner that is stopped for longer than its lease, in real time, and goes on. */
const realZombie = waiting('SIGSTOP for 95 real seconds', async (_, subject) => {
  const owner = subject.start()
  await frozen(owner, subject, 'reading', 0)
  await sleep(95_000)
  const heir = await subject.run(undefined, {}, 1)
  const { events } = heir
  owner.kill('SIGCONT')
  const end = await owner.finished
  if (heir.exitCode !== 0 || events === 0 || end.exitCode !== 2)
    subject.flaws.push(`exits ${heir.exitCode} and ${end.exitCode}: ${end.stderr.at(-1)}`)
  return concluded(subject, { test: 'SIGSTOP for 95 real seconds', unit: 'zombies', size: 1 })
})

/** A vendor that goes silent before or inside its answer. */
const silence = waiting('the vendor falls silent', async (_, subject) => {
  for (const { server, operation } of subject.vendor.reachable)
    server.faults.add({
      on: operation,
      fault: { kind: operation === 'object' ? 'hangInside' : 'hang', after: 5_000 },
    })
  const { exitCode, tookMs, stderr } = await subject.run()
  if (exitCode !== 0 || tookMs < 50_000)
    subject.flaws.push(`${subject.stanza}: exit ${exitCode} after ${tookMs} ms: ${stderr.at(-1)}`)
  return concluded(subject, {
    test: 'the vendor falls silent for a minute',
    unit: 'requests',
    size: subject.vendor.reachable.length,
  })
})

export const waitingCases: readonly Case[] = [
  away('starting', false),
  away('failed', true),
  realExpiry,
  realZombie,
  silence,
]
