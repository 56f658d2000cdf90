import { expect, test } from 'vitest'
import { unpackedPackage } from '../built-package.ts'
import { runSuite } from './suite.ts'

/** Enough of each kind of fault to notice what `npm run faults` would find; that one runs for minutes. */
const only = [
  'kill -9',
  'cisco_etd: SIGTERM',
  'pangea_audit: the reader closes the pipe',
  'trendmicro_email: full disk',
  'cisco_etd: HTTP faults',
  'trendmicro_email: KV store faults',
  'cisco_etd: KV store corrupt',
  'pangea_audit: two heads at once',
  'trendmicro_email: takeover',
  'cisco_etd: zombie',
  'clocks differ',
]

test('kills, broken pipes, HTTP and KV store faults, rivals and wrong clocks lose nothing', {
  timeout: 300_000,
}, async () => {
  const rows = await runSuite({ builtPackage: unpackedPackage, seed: 7, size: 'short', only })
  expect(rows.flatMap(({ flaws }) => flaws)).toEqual([])
  expect(rows.filter(({ lost }) => lost > 0)).toEqual([])
  expect(rows.length).toBeGreaterThan(12)
})
