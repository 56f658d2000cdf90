import { fillLog } from '../../tests/standins/pangea/fill.ts'
import { PangeaStandin } from '../../tests/standins/pangea/pangea.ts'
import { forgeEnvelope, removeRow, rewriteRoot, shrinkTree } from '../../tests/standins/pangea/tampering.ts'
import { day, hour } from '../../tests/standins/vendor/clock.ts'
import type { Exhibit } from './exhibit.ts'

/** Pangea Secure Audit Log with ten days of records, of which one was forged and one removed. */
export async function openPangea(records: number): Promise<Exhibit> {
  const pangea = new PangeaStandin({ seed: 22 })
  await pangea.start()
  const to = pangea.clock.now()
  fillLog(pangea.log, { seed: 22, from: to - 10 * day, to: to - hour / 60, records, signedShare: 0.1 })
  pangea.log.publish(to)
  const published = pangea.log.rows.filter(({ buffer }) => buffer !== undefined)
  const [forged, removed] = [published.at(-600), published.at(-1200)]
  if (forged) forgeEnvelope(forged, (envelope) => envelope.replace(/@example\.com/, '@example.org'))
  if (removed) removeRow(removed)
  const size = (published.at(-1)?.buffer?.leaf ?? 0) + 1
  return {
    title: 'Pangea Secure Audit Log',
    scheme: 'pangea_audit',
    name: 'demo',
    form: { base_url: pangea.url, token: pangea.token, start_time: '-11d' },
    mistake: { token: 'mistyped' },
    records: records - 1,
    oracle: pangea.oracle,
    asServed: (text) => pangea.received(text),
    tampering: [
      { what: 'another hash for a root that was published', tamper: () => rewriteRoot(pangea.log, size) },
      { what: 'a tree that lost its last two leaves', tamper: () => shrinkTree(pangea.log, size - 2) },
    ],
    stop: () => pangea.stop(),
  }
}
