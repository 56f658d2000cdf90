import { type Case, type CaseContext, concluded, newSubject, type Row } from '../case.ts'
import type { Subject } from '../subject.ts'
import { vendorKinds } from '../vendors/index.ts'
import type { VendorKind } from '../vendors/vendor.ts'

/** Inputs side by side: most of the time each of them waits before it asks again. */
const inputsAtOnce = 6
const recordsAPass = 400
const addsAPass = 6

/** Every HTTP fault on every kind of request, at random: nothing is lost, and nothing repeated either. */
export const httpFaults: readonly Case[] = vendorKinds.map((kind) => ({
  name: `${kind.scheme}: HTTP faults`,
  run: async (context) => {
    const subjects = await Promise.all(Array.from({ length: inputsAtOnce }, () => newSubject(context, kind)))
    const wanted = context.size.httpFaults / inputsAtOnce
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
