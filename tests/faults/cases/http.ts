import { type Case, type CaseContext, concluded, newSubject, type Row } from '../case.ts'
import type { Subject } from '../subject.ts'
import { vendorKinds } from '../vendors/index.ts'
import type { VendorKind } from '../vendors/vendor.ts'

/** Inputs side by side: most of the time each of them waits before it asks again. */
const inputsAtOnce = 8
const recordsAPass = 2_400
const addsAPass = 16
/** Each vendor's part of the faults: an ETD pass makes many requests, a Pangea pass few. */
const shares: Readonly<Record<string, number>> = {
  cisco_etd: 0.7,
  trendmicro_email: 0.2,
  pangea_audit: 0.1,
}

/** Every HTTP fault on every kind of request, at random: nothing is lost, and nothing repeated either. */
export const httpFaults: readonly Case[] = vendorKinds.map((kind) => ({
  name: `${kind.scheme}: HTTP faults`,
  pace: 'sleeps',
  run: async (context) => {
    const subjects = await Promise.all(Array.from({ length: inputsAtOnce }, () => newSubject(context, kind)))
    const wanted = (context.size.httpFaults * (shares[kind.scheme] ?? 0)) / inputsAtOnce
    return Promise.all(subjects.map((subject) => troubled(context, kind, subject, wanted)))
  },
}))

async function troubled(
  { random }: CaseContext,
  kind: VendorKind,
  subject: Subject,
  wanted: number,
): Promise<Row> {
  const { reachable } = subject.vendor
  const servers = [...new Set(reachable.map(({ server }) => server))]
  const injected = () => servers.reduce((sum, { faults }) => sum + (faults.injected.total ?? 0), 0)
  let idle = 0
  while (injected() < wanted && idle < 5) {
    const before = injected()
    for (let add = 0; add < addsAPass; add++) subject.vendor.add(recordsAPass / addsAPass)
    for (const { server, operation, faults } of reachable)
      server.faults.add({ on: operation, fault: faults, probability: 0.3 + 0.4 * random.next() })
    const outcome = await subject.run()
    if (outcome.exitCode !== 0 && outcome.exitCode !== 2)
      subject.flaws.push(`${subject.stanza}: exit ${outcome.exitCode}: ${outcome.stderr.at(-1)}`)
    for (const { faults } of servers) faults.clear()
    idle = injected() === before ? idle + 1 : 0
  }
  const row = await concluded(subject, {
    test: `HTTP faults, ${kind.scheme}`,
    unit: 'faults',
    size: injected(),
  })
  return row.repeated === 0 ? row : { ...row, flaws: [...row.flaws, `${subject.stanza}: HTTP faults repeat`] }
}
