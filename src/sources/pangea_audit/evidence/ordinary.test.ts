import { expect, it } from 'vitest'
import { fillLog } from '../../../../tests/standins/pangea/fill.ts'
import { AuditLog } from '../../../../tests/standins/pangea/log.ts'
import { signers } from '../../../../tests/standins/pangea/records.ts'
import { plainServing, rowText } from '../../../../tests/standins/pangea/serving.ts'
import { readPage } from '../../../records/page.ts'
import { mutated } from '../../../records/testing/json-text.ts'
import { Random } from '../../../records/testing/random.ts'
import { members } from '../api.ts'
import { RecordVerifier, readRoot, type Surroundings, type Verdict } from '../integrity/index.ts'
import { ordinaryRecords } from './ordinary.ts'

const from = Date.UTC(2026, 8, 1)
const day = 86_400_000
const log = new AuditLog('ordinary')
fillLog(log, { seed: 5, from, to: from + 2 * day, records: 600, signedShare: 0.5, customShare: 0.3 })
log.publish(from + 1.5 * day)

const roots = Array.from({ length: log.tree.size }, (_, size) => readRoot(log.root(size + 1)))
const surroundings: Surroundings = {
  root: roots.at(-1),
  unpublishedRoot: readRoot(log.unpublishedRoot()),
  // Of three signers.
  signingKeys: new Set(signers.slice(0, 2).map(({ raw }) => raw)),
  publishedRoot: (size) => roots[size - 1],
}

const isJson = (text: string): boolean => {
  try {
    return JSON.parse(text) !== null
  } catch {
    return false
  }
}

/** A record with something changed here and there, or a whole member twice. */
function changed(random: Random, text: string): string {
  const kind = random.below(6)
  if (kind < 2) return text
  if (kind === 2) return text.replace(/,"(\w+)":(?:\d+|true|false|"[^"\\]*")(?=[,}])/, (all) => all + all)
  if (kind === 3)
    return text.replace(
      random.pick(['"hash":"', '"leaf_index":', ',"membership_proof":"', '"signature":"', '"public_key":"']),
      '$&1',
    )
  if (kind === 4) {
    const name = random.pick([
      'hash',
      'leaf_index',
      'published',
      'membership_proof',
      'envelope',
      'imported',
      'signature',
      'public_key',
    ])
    return text.replace(
      new RegExp(`("${name}":)(\\d+|true|"[^"]*")`),
      `$1${random.pick(['null', '"x"', '7', '{}'])}`,
    )
  }
  return mutated(random, text)
}

it('Records without anything unusual have the verdict that a whole look at them gives', () => {
  const random = new Random(31)
  const [whole, quick] = [new RecordVerifier(), new RecordVerifier()]
  const texts = log.rows.map((row) => rowText(log, row, plainServing))
  let passed = 0
  let signed = 0
  let refused = 0
  let failed = 0
  for (let round = 0; round < 12; round++) {
    const sent = texts.map((text) => changed(random, text)).filter(isJson)
    const { records } = readPage(Buffer.from(`[${sent.join(',')}]`), [], members)
    for (const [row, record] of ordinaryRecords(records).entries()) {
      if (records.fault(row) !== 0) continue
      const wanted: Verdict = whole.verify(records.bytes, records.start(row), records.end(row), surroundings)
      if (wanted.failures.length > 0) failed++
      if (record === undefined) continue
      const found = quick.verifyOrdinary(record, surroundings)
      if (found === undefined) {
        refused++
        expect(wanted.failures).not.toEqual([])
      } else {
        passed++
        if (found.signature === 'pass') signed++
        expect(found).toEqual(wanted)
      }
    }
  }
  expect(passed).toBeGreaterThan(1_500)
  expect(signed).toBeGreaterThan(300)
  expect(refused).toBeGreaterThan(100)
  expect(failed).toBeGreaterThan(1_500)
})
