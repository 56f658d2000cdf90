/**
 * Holds the verification against Pangea's own SDK for Node.js. Where the two disagree the reason must be one of
 * those below, each of which is a weakness or a limit of the SDK.
 */

import { AuditService, PangeaConfig } from 'pangea-node-sdk'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { fillLog } from '../../../../tests/standins/pangea/fill.ts'
import { Members } from '../../../../tests/standins/pangea/json.ts'
import { AuditLog, type Row } from '../../../../tests/standins/pangea/log.ts'
import { entryOf } from '../../../../tests/standins/pangea/records.ts'
import { plainServing, rowText } from '../../../../tests/standins/pangea/serving.ts'
import { Random } from '../../../../tests/standins/vendor/random.ts'
import { type Outcome, type Root, readRoot } from './outcome.ts'
import { RecordVerifier } from './record.ts'

const from = Date.UTC(2026, 8, 1)
const hour = 3_600_000
const log = new AuditLog('sdk')
fillLog(log, { seed: 33, from, to: from + 20 * hour, records: 900, signedShare: 0.5, customShare: 0.3 })
log.publish(from + 19 * hour)

const served = { root: log.root(), unpublished_root: log.unpublishedRoot() }
const root = readRoot(served.root)
const unpublishedRoot = readRoot(served.unpublished_root)
const roots = new Map(
  Array.from({ length: root?.size ?? 0 }, (_, i) => [i + 1, readRoot(log.root(i + 1)) as Root]),
)

interface Outcomes {
  readonly hash: Outcome
  readonly signature: Outcome
  readonly membership: Outcome
  readonly consistency: Outcome
}

const verifier = new RecordVerifier()
const ours = (text: string): Outcomes => {
  const bytes = Buffer.from(text)
  const verdict = verifier.verify(bytes, 0, bytes.length, {
    root,
    unpublishedRoot,
    publishedRoot: (size) => roots.get(size),
  })
  const { hash, signature, membership, consistency } = verdict
  return { hash, signature, membership, consistency }
}

const sdk = new AuditService('token', new PangeaConfig({ domain: 'example.com' }))
type Answer = Parameters<typeof sdk.processSearchResponse>[0]

const isOutcome = (value: unknown): value is Outcome =>
  value === 'pass' || value === 'fail' || value === 'none'
const outcome = (value: unknown): Outcome => (isOutcome(value) ? value : 'none')

/** What the SDK says of a record; where it throws, the check counts as failed. */
const theirs = async (text: string): Promise<Outcomes> => {
  const record: Record<string, unknown> = JSON.parse(text)
  const check = async (without: object, options: object, name: string): Promise<Outcome> => {
    const event: Record<string, unknown> = { ...record, ...without }
    const answer = { success: true, result: { ...served, events: [event] } } as unknown as Answer
    try {
      await sdk.processSearchResponse(answer, options)
      return outcome(event[`${name}_verification`])
    } catch {
      return 'fail'
    }
  }
  const checkHash = (): Outcome => {
    try {
      sdk.verifyHash(JSON.parse(text).envelope, JSON.parse(text).hash)
      return record.hash === undefined ? 'none' : 'pass'
    } catch {
      return 'fail'
    }
  }
  const placing = { verifyConsistency: true, skipEventVerification: true }
  return {
    hash: checkHash(),
    signature: await check({ hash: undefined }, {}, 'signature'),
    membership: await check({}, placing, 'membership'),
    consistency: await check({ membership_proof: undefined }, placing, 'consistency'),
  }
}

const isContainer = (value: unknown): boolean => typeof value === 'object' && value !== null

const doubled = '"received_at":"2020-01-01T00:00:00.000000Z",'

/** JSON.stringify writes a lone surrogate as an escape, and nothing else beyond U+D7FF. */
const hasLoneSurrogate = (text: string): boolean =>
  /\\ud[89a-f]/.test(JSON.stringify(JSON.parse(text).envelope))

const numbersOf = (text: string): string[] =>
  (text.match(/"(?:[^"\\]|\\.)*"|[-\d][\d.eE+-]*/g) ?? []).filter((token) => !token.startsWith('"'))

/** Why the two may disagree on a check of this record. */
const explanations: readonly {
  readonly reason: string
  readonly check: keyof Outcomes
  readonly ours: Outcome
  applies(text: string): boolean
}[] = [
  {
    reason: 'The SDK passes numbers through a double: 1.0 becomes 1, digits beyond 2^53 are lost.',
    check: 'hash',
    ours: 'pass',
    applies: (text) => numbersOf(text).some((number) => String(Number(number)) !== number),
  },
  {
    reason:
      'The SDK turns objects and lists of an event into strings, also where the server hashed them as they are.',
    check: 'hash',
    ours: 'pass',
    applies: (text) => Object.values(JSON.parse(text).envelope.event).some(isContainer),
  },
  {
    reason: 'As above, for the signature over the event.',
    check: 'signature',
    ours: 'pass',
    applies: (text) =>
      Object.values(JSON.parse(text).envelope.event).some(isContainer) ||
      numbersOf(text).some((number) => String(Number(number)) !== number),
  },
  {
    reason: 'The SDK throws at lone surrogates.',
    check: 'hash',
    ours: 'pass',
    applies: hasLoneSurrogate,
  },
  {
    reason: 'The SDK throws at lone surrogates.',
    check: 'signature',
    ours: 'pass',
    applies: hasLoneSurrogate,
  },
  {
    reason: 'The SDK does not know a public key in base64 of its DER form (the SDK for Python writes it).',
    check: 'signature',
    ours: 'pass',
    applies: (text) => /^[A-Za-z0-9+/]{59}=$/.test(JSON.parse(text).envelope.public_key ?? ''),
  },
  {
    reason: 'The SDK takes every side letter but l for r.',
    check: 'membership',
    ours: 'fail',
    applies: (text) => /(?:^|,)[^lr]:/.test(JSON.parse(text).membership_proof ?? ''),
  },
  {
    reason: 'The SDK takes upper-case digits; Pangea writes none, so that they are a change.',
    check: 'membership',
    ours: 'fail',
    applies: (text) => /[A-F]/.test(JSON.parse(text).membership_proof ?? ''),
  },
  {
    reason: 'The SDK takes upper-case digits; Pangea writes none, so that they are a change.',
    check: 'membership',
    ours: 'fail',
    applies: (text) => /[A-F]/.test(JSON.parse(text).hash ?? ''),
  },
  {
    reason: 'The SDK takes the last of two members with one name; readers may take the first.',
    check: 'hash',
    ours: 'fail',
    applies: (text) => text.includes(doubled),
  },
]

const used = new Map<string, number>()
const compare = async (texts: Iterable<string>): Promise<{ compared: number; unexplained: unknown[] }> => {
  const unexplained: unknown[] = []
  let compared = 0
  for (const text of texts) {
    const [mine, sdks] = [ours(text), await theirs(text)]
    compared++
    for (const check of ['hash', 'signature', 'membership', 'consistency'] as const) {
      if (mine[check] === sdks[check]) continue
      const found = explanations.find(
        (one) => one.check === check && one.ours === mine[check] && one.applies(text),
      )
      if (found === undefined) unexplained.push({ check, ours: mine[check], sdk: sdks[check], text })
      else used.set(found.reason, (used.get(found.reason) ?? 0) + 1)
    }
  }
  return { compared, unexplained: unexplained.slice(0, 3) }
}

const recordText = (row: Row): string => rowText(log, row, plainServing)

beforeAll(() => {
  // The SDK asks Arweave first; without an answer it takes the roots from Pangea.
  vi.stubGlobal('fetch', async () => Response.json({ data: { transactions: { edges: [] } } }))
  vi.spyOn(sdk, 'root').mockImplementation(
    async (size = 0) =>
      ({ result: { data: log.root(size) } }) as unknown as Awaited<ReturnType<typeof sdk.root>>,
  )
})
afterAll(() => {
  vi.unstubAllGlobals()
})

describe('agreement with pangea-node-sdk', () => {
  test('on genuine records', async () => {
    const { compared, unexplained } = await compare(log.rows.map(recordText))
    expect(unexplained).toEqual([])
    expect(compared).toBe(900)
  })

  test('on changed records', async () => {
    const changed: string[] = []
    for (const [index, row] of log.rows.entries()) {
      const text = recordText(row)
      const proof = log.membershipProof(row)
      const at = (index * 17) % proof.length
      const letter = 'lrx0aAf:,'[index % 9] as string
      const cases = [
        text.replace('"event":{', `"event":{"added${index}":"x",`),
        text.replace(`"hash":"${row.entry.hash}"`, `"hash":"${row.entry.hash.slice(1)}${index % 10}"`),
        text.replace(`"hash":"${row.entry.hash}"`, `"hash":"${row.entry.hash.toUpperCase()}"`),
        text.replace(`"hash":"${row.entry.hash}",`, ''),
        text.replace(proof, () => proof.slice(0, at) + letter + proof.slice(at + 1)),
        text.replace(`,"membership_proof":"${proof}"`, ''),
        text.replace('"published":true', '"published":false'),
        text.replace('"envelope":{', `"envelope":{${doubled}`),
        text.replace(/"signature":"."?/, '"signature":"A'),
        text.replace(/"signature":"[^"]*",?/, '').replace(',}', '}'),
        text.replace(/"public_key":"(?:[^"\\]|\\.)*",?/, '').replace(',}', '}'),
        text.replace(/"leaf_index":\d+/, `"leaf_index":${(index * 7) % 19}`),
      ]
      const one = cases[index % cases.length] as string
      if (one !== text && isJson(one)) changed.push(one)
    }
    const { compared, unexplained } = await compare(changed)
    expect(unexplained).toEqual([])
    expect(compared).toBeGreaterThan(500)
  })

  test('and each disagreement shows by itself', async () => {
    const nested = new Members([['new', new Members([['a', 'x']])]])
    const entry = entryOf(nested, from * 1000, new Random(1), { signedShare: 0 })
    const [row] = log.rows as [Row]
    const proof = log.membershipProof(row)
    const sideless = proof.replaceAll('r:', 'x:')
    const { unexplained } = await compare([
      `{"envelope":${entry.envelope},"hash":"${entry.hash}"}`,
      recordText(row).replace(proof, sideless),
    ])
    expect(sideless).not.toBe(proof)
    expect(unexplained).toEqual([])
  })

  test('every explanation is needed', () => {
    expect([...used.keys()].sort()).toEqual([...new Set(explanations.map(({ reason }) => reason))].sort())
  })
})

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
