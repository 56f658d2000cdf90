import { hour, minute } from '../../standins/vendor/clock.ts'
import { Oracle } from '../../standins/vendor/oracle.ts'
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
    const portion = await settled(subject)
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

/** Holds everything since the last call against what was made due since then. */
async function settled(subject: Subject) {
  const { vendor } = subject
  const expectations = vendor.takeExpectations()
  const oracle = new Oracle()
  oracle.add(() => expectations)
  const received = subject.takeReceived().map((one) => ({ ...one, text: vendor.asServed(one.text) }))
  const result = await oracle.compare(received)
  subject.forgetIds()
  for (const finding of result.findings) {
    if (finding.kind !== 'repeated')
      subject.flaws.push(
        `${subject.stanza}: ${finding.kind}: ${finding.detail}: ${finding.text.slice(0, 160)}`,
      )
  }
  return result
}
