import { beforeAll, describe, expect, test } from 'vitest'
import { fillLog } from '../../../../tests/standins/pangea/fill.ts'
import type { CanonicalForm } from '../../../../tests/standins/pangea/json.ts'
import { AuditLog } from '../../../../tests/standins/pangea/log.ts'
import { signers } from '../../../../tests/standins/pangea/records.ts'
import { plainServing, rowText } from '../../../../tests/standins/pangea/serving.ts'
import { pretty } from '../../../../tests/standins/vendor/json-text.ts'
import { sha256 } from './canonical.ts'
import { readRoot } from './outcome.ts'
import { RecordVerifier, type Surroundings } from './record.ts'

const from = Date.UTC(2026, 8, 1)
const day = 86_400_000

const surroundingsOf = (log: AuditLog): Surroundings => {
  const roots = new Map<number, ReturnType<typeof readRoot>>()
  return {
    root: readRoot(log.root()),
    unpublishedRoot: readRoot(log.unpublishedRoot()),
    publishedRoot(size) {
      if (!roots.has(size)) roots.set(size, readRoot(log.root(size)))
      return roots.get(size)
    },
    signingKeys: new Set(signers.map((signer) => signer.raw)),
  }
}

/** Records that did not verify as they must, with the number that did. */
const verifyAll = (log: AuditLog, asText = (text: string): string => text) => {
  const verifier = new RecordVerifier()
  const surroundings = surroundingsOf(log)
  const alarms: unknown[] = []
  let passed = 0
  let signed = 0
  let published = 0
  for (const row of log.rows) {
    const text = asText(rowText(log, row, plainServing))
    const bytes = Buffer.from(text)
    const verdict = verifier.verify(bytes, 0, bytes.length, surroundings)
    const isPublished = row.buffer !== undefined
    const wanted = isPublished ? 'pass' : 'none'
    const isRight = verdict.hash === 'pass' && verdict.membership === 'pass' && verdict.consistency === wanted
    if (!isRight || verdict.failures.length > 0 || verdict.signature === 'fail')
      alarms.push({ text, verdict })
    else passed++
    if (verdict.signature === 'pass') signed++
    if (isPublished) published++
  }
  return { alarms: alarms.slice(0, 3), passed, signed, published }
}

describe('genuine records', () => {
  test('of every kind: 100,000 without a false alarm', () => {
    const log = new AuditLog('genuine')
    const count = 100_000
    fillLog(log, {
      seed: 5,
      from,
      to: from + 30 * day,
      records: count,
      signedShare: 0.03,
      customShare: 0.3,
      sameMicrosecondEvery: 50,
    })
    log.publish(from + 30 * day - 3_600_000)
    const { alarms, passed, signed, published } = verifyAll(log)
    expect(alarms).toEqual([])
    expect(passed).toBe(count)
    expect(signed).toBeGreaterThan(2_000)
    expect(published).toBeGreaterThan(98_000)
    expect(published).toBeLessThan(count)
  })

  const forms: CanonicalForm[] = [{ names: 'codePoint' }, { numbers: 'sent', names: 'utf16' }]
  test.each(forms)('from a server that hashes %j', (form) => {
    const log = new AuditLog('form')
    fillLog(log, { seed: 6, from, to: from + day, records: 3_000, customShare: 1, signedShare: 0.2, form })
    log.publish(from + 2 * day)
    expect(verifyAll(log)).toMatchObject({ alarms: [], passed: 3_000 })
  })

  test('from a server that hashes numbers as RFC 8785 writes them, as long as that is the same number', () => {
    const verify = (sent: string, hashed: string) => {
      const hash = sha256(Buffer.from(`{"event":{"amount":${hashed}}}`))
      const bytes = Buffer.from(`{"envelope":{"event":{"amount":${sent}}},"hash":"${hash}"}`)
      return new RecordVerifier().verify(bytes, 0, bytes.length, {}).hash
    }
    expect(['1.0', '1', '1e0', '10e-1', '0.1e1'].map((sent) => verify(sent, '1'))).toEqual(
      Array(5).fill('pass'),
    )
    expect(verify('9007199254740993', '9007199254740992')).toBe('fail')
    expect(verify('1.00000000000000000001', '1')).toBe('fail')
  })

  test('over several lines', () => {
    const log = new AuditLog('pretty')
    fillLog(log, { seed: 7, from, to: from + day, records: 2_000, customShare: 0.5 })
    log.publish(from + 2 * day)
    expect(verifyAll(log, (text) => pretty(text))).toMatchObject({ alarms: [], passed: 2_000 })
  })

  test('of 100 kB and more', () => {
    const log = new AuditLog('large')
    fillLog(log, { seed: 8, from, to: from + day, records: 100, customShare: 0, largeEvery: 5 })
    log.publish(from + 2 * day)
    expect(Math.max(...log.rows.map((row) => Buffer.byteLength(row.entry.envelope)))).toBeGreaterThan(100_000)
    expect(verifyAll(log)).toMatchObject({ alarms: [], passed: 100 })
  })
})

describe('what is not there is none', () => {
  let log: AuditLog
  beforeAll(() => {
    log = new AuditLog('bare')
    fillLog(log, { seed: 9, from, to: from + day, records: 50, signedShare: 0 })
    log.publish(from + 2 * day)
  })

  test.each([
    ['tamper-proofing is off', { hashes: false }, {}, ['none', 'none', 'none', 'pass']],
    ['not verbose', { proofs: false }, {}, ['pass', 'none', 'none', 'pass']],
    ['no root', {}, { root: undefined }, ['pass', 'none', 'none', 'pass']],
    ['no earlier roots', {}, { publishedRoot: undefined }, ['pass', 'none', 'pass', 'none']],
  ] as const)('%s', (_, serving, without, [hash, signature, membership, consistency]) => {
    const verifier = new RecordVerifier()
    for (const row of log.rows) {
      const bytes = Buffer.from(rowText(log, row, { ...plainServing, ...serving }))
      const verdict = verifier.verify(bytes, 0, bytes.length, { ...surroundingsOf(log), ...without })
      const isFirst = row.buffer?.leaf === 0
      expect(verdict).toMatchObject({
        hash,
        signature,
        membership,
        consistency: isFirst ? 'pass' : consistency,
      })
    }
  })

  test('an imported record without proof', () => {
    const bytes = Buffer.from(
      `{"envelope":{"event":{"message":"x"}},"hash":"${'0'.repeat(64)}","imported":true}`,
    )
    const verdict = new RecordVerifier().verify(bytes, 0, bytes.length, surroundingsOf(log))
    expect(verdict).toMatchObject({ hash: 'none', membership: 'none', failures: [] })
  })
})
