import { Clock, day, hour } from '../../standins/vendor/clock.ts'
import { type Case, type CaseContext, concluded, type Row } from '../case.ts'
import { vendorKinds } from '../vendors/index.ts'
import type { VendorKind } from '../vendors/vendor.ts'

const differences = [-400 * day, -3 * day, -3 * hour, 3 * hour, 3 * day, 400 * day]

/** The vendor's clock and the host's differ: nothing is lost, nothing asked for ever, and the log says it. */
export const clockCases: readonly Case[] = vendorKinds.map((kind) => ({
  name: `${kind.scheme}: clocks differ`,
  run: async (context) => {
    const rows: Row[] = []
    const some = context.size.waits ? differences : differences.slice(2, 3)
    for (const difference of some) rows.push(await differing(context, kind, difference))
    return rows
  },
}))

async function differing({ lane, random }: CaseContext, kind: VendorKind, difference: number): Promise<Row> {
  const clock = new Clock(Date.now() + difference)
  const subject = await lane.subject(kind, { seed: random.below(2 ** 31), clock })
  const requests = () =>
    subject.vendor.reachable.reduce((sum, { server, operation }) => sum + server.requests.count(operation), 0)
  for (let pass = 0; pass < 3; pass++) {
    subject.vendor.add(200)
    const before = requests()
    const outcome = await subject.run()
    if (outcome.exitCode !== 0 || requests() - before > 100)
      subject.flaws.push(`${subject.stanza}: exit ${outcome.exitCode} after ${requests() - before} requests`)
    if (!outcome.stderr.some((line) => line.includes('differ by')))
      subject.flaws.push(`${subject.stanza}: does not say that the clocks differ`)
  }
  const row = await concluded(subject, {
    test: "the vendor's clock is hours, days or a year off",
    unit: 'differences',
    size: 1,
  })
  return row.repeated === 0 ? row : { ...row, flaws: [...row.flaws, `${subject.stanza}: repeats`] }
}
