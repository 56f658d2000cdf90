import { hour, minute } from '../../standins/vendor/clock.ts'
import { type Comparison, Oracle, type Tally } from '../../standins/vendor/oracle.ts'
import { type Case, type CaseContext, newSubject, type Row } from '../case.ts'
import type { Subject } from '../subject.ts'
import { vendorKinds } from '../vendors/index.ts'
import type { VendorKind } from '../vendors/vendor.ts'

const days = 30
/** Each vendor's part of the records; what its stand-in can make in bearable time. */
const shares: Readonly<Record<string, number>> = {
  cisco_etd: 0.94,
  trendmicro_email: 0.05,
  pangea_audit: 0.01,
}
const largestAdd = 4_000

/** 30 days in which mail comes in every hour, with a kill here and there and a vendor that is never quite well. */
export const dayCases: readonly Case[] = vendorKinds.map((kind) => ({
  name: `${kind.scheme}: 30 simulated days`,
  pace: 'long',
  run: async (context) => (context.size.simulatedRecords === 0 ? [] : [await simulated(context, kind)]),
}))

async function simulated(context: CaseContext, kind: VendorKind): Promise<Row> {
  const { random, size } = context
  const subject = await newSubject(context, kind, { start_time: '-2d' })
  const passes = days * size.passesADay
  const hoursAPass = 24 / size.passesADay
  const records = Math.ceil((size.simulatedRecords * (shares[kind.scheme] ?? 0)) / (passes * hoursAPass))
  const sum = { size: 0, lost: 0, repeated: 0 }
  for (let pass = 0; pass < passes; pass++) {
    for (let passed = 0; passed < hoursAPass; passed++) addAnHour(subject, records)
    const tally = made(subject)
    for (const { server, operation, faults } of subject.vendor.reachable)
      server.faults.add({ on: operation, fault: faults, probability: 0.02 })
    if (random.chance(0.1)) {
      const due = random.below(900)
      await subject.run((run) => {
        const timer = setTimeout(() => run.kill('SIGKILL'), due)
        void run.finished.then(() => clearTimeout(timer))
      })
    }
    await subject.complete()
    for (const { server } of subject.vendor.reachable) server.faults.clear()
    const portion = tally.result()
    noteFindings(subject, portion)
    subject.forgetIds()
    sum.size += portion.expected
    sum.lost += portion.lost
    sum.repeated += portion.repeated
    for (const head of context.lane.heads) head.forget()
  }
  return { test: `30 simulated days, ${kind.scheme}`, unit: 'records', ...sum, flaws: subject.flaws }
}

function addAnHour({ vendor }: Subject, records: number): void {
  const adds = Math.ceil(records / largestAdd)
  const before = vendor.clock.now()
  for (let add = 0; add < adds; add++) vendor.add(Math.ceil(records / adds))
  vendor.clock.advance(Math.max(minute, hour - (vendor.clock.now() - before)))
}

/** Holds what comes from now on against what was made due since the last call. */
function made(subject: Subject): Tally {
  const expectations = subject.vendor.takeExpectations()
  const oracle = new Oracle()
  oracle.add(() => expectations)
  const tally = oracle.tally()
  subject.follow((received) => tally.receive(received))
  return tally
}

function noteFindings(subject: Subject, { findings }: Comparison): void {
  for (const { kind, detail, text } of findings) {
    if (kind !== 'repeated')
      subject.flaws.push(`${subject.stanza}: ${kind}: ${detail}: ${text.slice(0, 160)}`)
  }
}
