import { describe, expect, test } from 'vitest'
import { fillLog } from '../../../../tests/standins/pangea/fill.ts'
import { AuditLog, type Row } from '../../../../tests/standins/pangea/log.ts'
import { plainServing, rowText } from '../../../../tests/standins/pangea/serving.ts'
import { envelopeHash } from './canonical.ts'
import { type Root, readRoot } from './outcome.ts'
import { RecordVerifier, type Surroundings, type Verdict } from './record.ts'

const from = Date.UTC(2026, 8, 1)
const day = 86_400_000
const log = new AuditLog('mutations')
fillLog(log, { seed: 21, from, to: from + 2 * day, records: 2_000, signedShare: 0.5, customShare: 0.3 })
log.publish(from + 3 * day)

const root = readRoot(log.root()) as Root
const roots = new Map(Array.from({ length: root.size }, (_, i) => [i + 1, readRoot(log.root(i + 1)) as Root]))
const genuine: Surroundings = { root, publishedRoot: (size) => roots.get(size) }
const verifier = new RecordVerifier()

const verify = (text: string, surroundings = genuine): Verdict => {
  const bytes = Buffer.from(text)
  return verifier.verify(bytes, 0, bytes.length, surroundings)
}

const partsOf = (row: Row) => ({
  text: rowText(log, row, plainServing),
  envelope: row.entry.envelope,
  hash: row.entry.hash,
  proof: log.membershipProof(row),
})

const samples = (wanted: (row: Row) => boolean, count: number): Row[] =>
  log.rows.filter(wanted).slice(0, count)
const isSigned = (row: Row): boolean => row.entry.envelope.includes('"public_key"')

/** Every other text that differs from this one in one character, by a few characters that could stand there. */
function* changedAnywhere(text: string, alphabet: string): Generator<string> {
  for (let at = 0; at < text.length; at++) {
    const now = text[at] as string
    const others = new Set([
      alphabet[(alphabet.indexOf(now) + 1) % alphabet.length] as string,
      now.toUpperCase(),
      'g',
      ' ',
    ])
    others.delete(now)
    for (const other of others) yield text.slice(0, at) + other + text.slice(at + 1)
    yield text.slice(0, at) + text.slice(at + 1)
  }
}

/** Every way to change one value of a JSON value, leave out or add one member, or swap two elements. */
function* changedValues(value: unknown): Generator<unknown> {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      for (const other of changedValues(item)) yield value.with(index, other)
      yield value.toSpliced(index, 1)
    }
    yield [...value, null]
    if (value.length > 1 && JSON.stringify(value[0]) !== JSON.stringify(value[1]))
      yield value.with(0, value[1]).with(1, value[0])
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      for (const other of changedValues(member)) yield { ...value, [name]: other }
      const { [name]: _, ...rest }: Record<string, unknown> = { ...value }
      yield rest
      yield { ...rest, [`${name}~`]: member }
    }
    yield { ...value, added: '' }
  } else if (typeof value === 'string') {
    yield `${value}x`
    if (value !== '') yield value.slice(1)
    yield null
  } else if (typeof value === 'number') {
    yield value === 0 ? 1 : -value
    yield String(value)
  } else {
    yield value !== true
    yield 'null'
  }
}

/** Counts what is detected by the wanted check, and keeps what is not. */
class Tally {
  made = 0
  readonly missed: unknown[] = []

  note(verdict: Verdict, check: 'hash' | 'signature' | 'membership' | 'consistency', what: unknown): void {
    this.made++
    const found = verdict.failures.find((failure) => failure.check === check)
    if (verdict[check] !== 'fail' || found?.reason === undefined || found.reason === '')
      this.missed.push(what)
  }
}

const total = { made: 0 }
const judge = (tally: Tally, atLeast: number): void => {
  expect(tally.missed.slice(0, 5)).toEqual([])
  expect(tally.made).toBeGreaterThanOrEqual(atLeast)
  total.made += tally.made
}

describe('mutations of genuine records are detected', () => {
  test('unchanged they pass', () => {
    for (const row of log.rows) {
      const verdict = verify(rowText(log, row, plainServing))
      expect([verdict.hash, verdict.membership, verdict.consistency, verdict.failures]).toEqual([
        'pass',
        'pass',
        'pass',
        [],
      ])
    }
  })

  // Numbers that a double holds exactly, so that JSON.stringify writes the rest of the record as it was.
  const plain = (row: Row): boolean => JSON.stringify(JSON.parse(row.entry.envelope)) === row.entry.envelope

  test('every member of the envelope', () => {
    const tally = new Tally()
    for (const row of samples(plain, 150)) {
      const { text, envelope } = partsOf(row)
      for (const changed of changedValues(JSON.parse(envelope))) {
        const other = JSON.stringify(changed)
        tally.note(verify(text.replace(envelope, () => other)), 'hash', other)
      }
    }
    judge(tally, 3_000)
  })

  test('every member of the envelope, by a forger who computes the hash anew', () => {
    const tally = new Tally()
    for (const row of samples(plain, 40)) {
      const { text, envelope, hash } = partsOf(row)
      for (const changed of changedValues(JSON.parse(envelope))) {
        const other = Buffer.from(JSON.stringify(changed))
        const forged = text
          .replace(envelope, () => other.toString())
          .replace(`"hash":"${hash}"`, `"hash":"${envelopeHash(other, 0, other.length)}"`)
        tally.note(verify(forged), 'membership', forged)
      }
    }
    judge(tally, 800)
  })

  test('every digit of a number, beyond 2^53 too', () => {
    const tally = new Tally()
    const number = /(?<="sequence":)\d{20}/
    for (const row of samples(({ entry }) => number.test(entry.envelope), 40)) {
      const { text } = partsOf(row)
      const digits = number.exec(text)?.[0] ?? ''
      for (let at = 0; at < digits.length; at++) {
        const other = digits.slice(0, at) + ((Number(digits[at]) + 1) % 10 || 5) + digits.slice(at + 1)
        if (other !== digits) tally.note(verify(text.replace(digits, other)), 'hash', other)
      }
      tally.note(verify(text.replace(digits, String(Number(digits)))), 'hash', 'as a double')
    }
    judge(tally, 700)
  })

  test('every character of the hash', () => {
    const tally = new Tally()
    for (const row of samples(() => true, 10)) {
      const { text, hash } = partsOf(row)
      for (const other of changedAnywhere(hash, '0123456789abcdef')) {
        const verdict = verify(text.replace(`"hash":"${hash}"`, `"hash":"${other}"`))
        tally.note(verdict, 'hash', other)
        tally.note(verdict, 'membership', other)
      }
    }
    judge(tally, 1_500)
  })

  test('every character of the membership proof: sides, digits, separators; and its order', () => {
    const tally = new Tally()
    for (const row of samples((row) => row.buffer !== undefined && row.buffer.leaf % 16 === 5, 8)) {
      const { text, proof } = partsOf(row)
      const items = proof.split(',')
      const orders = items.flatMap((item, i) => [
        items.toSpliced(i, 1),
        items.toSpliced(i, 0, item),
        items.toSpliced(i, 2, items[i + 1] ?? item, item),
      ])
      const others = [
        ...changedAnywhere(proof, 'lr0123456789abcdef'),
        ...orders.map((order) => order.join(',')),
      ]
      for (const other of others) {
        if (other !== proof) tally.note(verify(text.replace(proof, () => other)), 'membership', other)
      }
    }
    judge(tally, 8_000)
  })

  test('every character of the root hash, and another root', () => {
    const tally = new Tally()
    const { text } = partsOf(log.rows[700] as Row)
    for (const rootHash of changedAnywhere(root.rootHash, '0123456789abcdef')) {
      tally.note(verify(text, { ...genuine, root: { ...root, rootHash } }), 'membership', rootHash)
    }
    for (const other of roots.values()) {
      if (other.size !== root.size)
        tally.note(verify(text, { ...genuine, root: other }), 'membership', other.size)
    }
    judge(tally, 200)
  })

  test('every character of the signature, and the key, by a forger who computes the hash anew', () => {
    const tally = new Tally()
    for (const row of samples((row) => plain(row) && isSigned(row), 6)) {
      const envelope: Record<string, unknown> = JSON.parse(row.entry.envelope)
      const signature = String(envelope.signature)
      const base64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
      for (const other of changedAnywhere(signature.replace(/=+$/, ''), base64)) {
        tally.note(
          verify(JSON.stringify({ envelope: { ...envelope, signature: other } })),
          'signature',
          other,
        )
      }
      const otherKeys = samples(isSigned, 60).map((other) =>
        String(JSON.parse(other.entry.envelope).public_key),
      )
      const key = String(envelope.public_key)
      for (const other of changedAnywhere(/^[A-Za-z0-9+/]{40,}/.exec(key)?.[0] ?? '', base64)) {
        tally.note(
          verify(JSON.stringify({ envelope: { ...envelope, public_key: other } })),
          'signature',
          other,
        )
      }
      const passing = otherKeys.filter(
        (other) =>
          verify(JSON.stringify({ envelope: { ...envelope, public_key: other } })).signature === 'pass',
      )
      expect(passing.length).toBeLessThan(otherKeys.length)
      for (const changed of changedValues(envelope.event)) {
        const text = JSON.stringify({ envelope: { ...envelope, event: changed } })
        tally.note(verify(text), 'signature', text)
      }
    }
    judge(tally, 2_000)
  })

  test('every character of a consistency proof, its order, and the roots on both sides', () => {
    const tally = new Tally()
    const size = 44
    const newer = roots.get(size) as Root
    const older = roots.get(size - 1) as Root
    const row = log.rows.find(({ buffer }) => buffer?.leaf === size - 1) as Row
    const text = rowText(log, row, plainServing)
    const withRoots = (changed: Root, previous: Root): Surroundings => ({
      root,
      publishedRoot: (wanted) => (wanted === size ? changed : wanted === size - 1 ? previous : undefined),
    })
    const items = newer.consistencyProof ?? []
    expect(verify(text, withRoots(newer, older)).consistency).toBe('pass')
    for (const [index, item] of items.entries()) {
      for (const other of changedAnywhere(item, 'lrx0123456789abcdef')) {
        const consistencyProof = items.with(index, other)
        tally.note(verify(text, withRoots({ ...newer, consistencyProof }, older)), 'consistency', other)
      }
      tally.note(
        verify(text, withRoots({ ...newer, consistencyProof: items.toSpliced(index, 1) }, older)),
        'consistency',
        index,
      )
      if (index > 0) {
        const swapped = items.with(index, items[index - 1] as string).with(index - 1, item)
        tally.note(
          verify(text, withRoots({ ...newer, consistencyProof: swapped }, older)),
          'consistency',
          swapped,
        )
      }
    }
    for (const rootHash of changedAnywhere(newer.rootHash, '0123456789abcdef')) {
      tally.note(verify(text, withRoots({ ...newer, rootHash }, older)), 'consistency', rootHash)
      tally.note(verify(text, withRoots(newer, { ...older, rootHash })), 'consistency', rootHash)
    }
    judge(tally, 3_000)
  })

  test('a member that stands twice: readers may take the first or the last', () => {
    const tally = new Tally()
    for (const row of samples(() => true, 100)) {
      const { text, envelope, hash } = partsOf(row)
      const twice = envelope.replace('{', '{"received_at":"2020-01-01T00:00:00Z",')
      tally.note(verify(text.replace(envelope, () => twice)), 'hash', twice)
      tally.note(verify(text.replace('{', `{"hash":"${'0'.repeat(64)}",`)), 'hash', hash)
      tally.note(verify(text.replace('{', '{"envelope":{"event":{"message":"forged"}},')), 'hash', 'envelope')
    }
    judge(tally, 300)
  })

  test('a record of another place', () => {
    const tally = new Tally()
    for (let i = 0; i < 500; i++) {
      const [one, other] = [log.rows[i] as Row, log.rows[(i * 13 + 701) % log.rows.length] as Row]
      const text = rowText(log, one, plainServing).replace(
        log.membershipProof(one),
        log.membershipProof(other),
      )
      tally.note(verify(text), 'membership', i)
    }
    judge(tally, 500)
  })

  test('the order of members is no mutation, nor is white space', () => {
    for (const row of samples(plain, 200)) {
      const { envelope, hash } = partsOf(row)
      const turned = Object.fromEntries(Object.entries(JSON.parse(envelope)).reverse())
      expect(verify(JSON.stringify({ hash, envelope: turned }, null, 2)).hash).toBe('pass')
    }
  })

  test('together at least 5,000', () => {
    expect(total.made).toBeGreaterThan(5_000)
  })
})

test('a failure carries what an investigator needs', () => {
  const { text, hash, proof } = partsOf(log.rows[900] as Row)
  const forged = text.replace('"event":{', '"event":{"forged":true,')
  const { failures, envelopeHash: computed } = verify(forged)
  expect(failures).toMatchObject([{ check: 'hash', expected: hash, found: computed }])
  const other = { ...root, rootHash: '0'.repeat(64) }
  const [failure] = verify(text, { root: other }).failures
  expect(failure).toMatchObject({
    check: 'membership',
    expected: other.rootHash,
    found: root.rootHash,
    root: other,
    proof,
  })
})

test('what is not a record at all is a failure, not an exception', () => {
  expect(verify('{"envelope":')).toMatchObject({ hash: 'fail', failures: [{ check: 'hash' }] })
  expect(verify('{"hash":"x"}').hash).toBe('fail')
  expect(verify('[]')).toMatchObject({ hash: 'none', membership: 'none' })
})
