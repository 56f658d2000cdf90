import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { EtdStandin } from '../../tests/standins/etd/etd.ts'
import { fillHours } from '../../tests/standins/etd/scenario.ts'
import { hour, hourOf } from '../../tests/standins/vendor/clock.ts'
import { epochOf } from '../../tests/standins/vendor/instants.ts'
import type { VendorRecord } from '../../tests/standins/vendor/record.ts'
import type { Exhibit } from './exhibit.ts'

const samples = join(import.meta.dirname, '../../src/sources/cisco_etd/samples')
const hours = 26

/** Cisco ETD with a day of logs: the vendor's own sample records and realistic ones, under the vendor's rate limit. */
export async function openCiscoEtd(records: number): Promise<Exhibit> {
  const etd = new EtdStandin({ seed: 20 })
  await etd.start()
  fillHours(etd, { hours, records, allForms: true })
  const lastHour = hourOf(etd.clock.now()) - hour
  const vendorsOwn = { message: sampleRecords('message'), audit: sampleRecords('audit') }
  for (const [type, own] of Object.entries(vendorsOwn))
    etd.addObject({ type, hour: lastHour, records: own, appearsAt: etd.clock.now() })
  const { clientId, clientSecret, apiKey } = etd.credentials
  return {
    title: 'Cisco Secure Email Threat Defense',
    scheme: 'cisco_etd',
    name: 'demo',
    form: {
      base_url: etd.url,
      client_id: clientId,
      client_secret: clientSecret,
      api_key: apiKey,
      start_time: `-${hours + 1}h`,
    },
    mistake: { client_secret: 'mistyped' },
    records: records + vendorsOwn.message.length + vendorsOwn.audit.length,
    oracle: etd.oracle,
    stop: () => etd.stop(),
  }
}

function sampleRecords(type: string): VendorRecord[] {
  const lines = readFileSync(join(samples, `${type}.jsonl`), 'utf8')
    .trimEnd()
    .split('\n')
  return lines.map((text) => ({ text, time: timeOf(text) }))
}

/** Audit times have no zone: they are UTC. An update has only the times of its verdict and its action. */
function timeOf(text: string): number {
  const times = [...text.matchAll(/"timestamp": ?"([^"]+)"/g)].map(([, time = '']) =>
    epochOf(/[Z+]/.test(time) ? time : `${time.replace(' ', 'T')}Z`),
  )
  return text.includes('"eventType": "update"') ? Math.max(...times) : (times[0] ?? Number.NaN)
}
