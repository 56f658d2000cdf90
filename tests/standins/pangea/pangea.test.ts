import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  BufferCoverage,
  followHistory,
  hotPath,
  missingBuffers,
  type Outcome,
  RecordVerifier,
  type Root,
  readRoot,
  sidesOf,
} from '../../../src/sources/pangea_audit/integrity/index.ts'
import { Clock, day, hour, minute } from '../vendor/clock.ts'
import { Random } from '../vendor/random.ts'
import { statusBody } from './answers.ts'
import { fillLog } from './fill.ts'
import { microsOf } from './instants.ts'
import { Members } from './json.ts'
import type { Row } from './log.ts'
import { PangeaStandin } from './pangea.ts'
import { entryOf, microsText } from './records.ts'
import * as tampering from './tampering.ts'

const now = Date.UTC(2026, 9, 31, 12)

interface Result {
  readonly count: number
  readonly id: string
  readonly expires_at: string
  readonly events: readonly ServedEvent[]
  readonly root?: unknown
  readonly unpublished_root?: unknown
  readonly errors: readonly { readonly code: string; readonly source: string }[]
  readonly location: string
  readonly size: number
  readonly data?: { readonly size: number }
}

interface ServedEvent {
  readonly envelope: { readonly received_at: string; readonly event: Readonly<Record<string, unknown>> }
  readonly hash: string
  readonly published: boolean
  readonly leaf_index?: number
  readonly membership_proof?: string
}

interface Reply {
  readonly http: number
  readonly status: string
  readonly result: Result
  readonly text: string
}

let pangea: PangeaStandin

beforeEach(async () => {
  pangea = new PangeaStandin({ clock: Clock.frozen(now) })
  await pangea.start()
})
afterEach(() => pangea.stop())

async function call(path: string, body?: object, token = pangea.token): Promise<Reply> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const url = path.startsWith('http') ? path : pangea.url + path
  const response = await fetch(
    url,
    body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) },
  )
  const text = await response.text()
  const { status, result } = JSON.parse(text)
  return { http: response.status, status, result, text }
}

const search = (body: object): Promise<Reply> => call('/v1/search', body)
const ascending = { order: 'asc', order_by: 'received_at' }

/** Texts of the rows of a page, as they stand in it. */
function rowTexts(text: string): string[] {
  const rows: string[] = []
  let depth = 0
  let from = 0
  for (let at = text.indexOf('"events":[') + 10; at < text.length; at++) {
    const character = text[at]
    if (character === '"') {
      for (at++; text[at] !== '"'; at++) if (text[at] === '\\') at++
    } else if (character === '{' && depth++ === 0) from = at
    else if (character === '}' && --depth === 0) rows.push(text.slice(from, at + 1))
    else if (character === ']' && depth === 0) break
  }
  return rows
}

/** All rows of a time range, page by page. */
async function collect(start: number, end: number): Promise<{ rows: string[]; last: Reply }> {
  const first = await search({
    ...ascending,
    start: microsText(start * 1000),
    end: microsText(end * 1000),
    limit: 1000,
  })
  const rows = rowTexts(first.text)
  let last = first
  while (rows.length < first.result.count) {
    last = await call('/v1/results', { id: first.result.id, offset: rows.length, limit: 1000 })
    rows.push(...rowTexts(last.text))
  }
  return { rows, last }
}

const fillDay = (records = 200): void =>
  fillLog(pangea.log, { seed: 3, from: now - day, to: now, records, customShare: 0.2 })

describe('search', () => {
  test('newest first, 20 a page, 14 days, unless told otherwise', async () => {
    fillLog(pangea.log, { seed: 3, from: now - 20 * day, to: now, records: 400 })
    const { http, status, result } = await search({})
    expect([http, status]).toEqual([200, 'Success'])
    expect(result.count).toBeGreaterThan(270)
    expect(result.count).toBeLessThan(290)
    expect(result.events).toHaveLength(20)
    const times = result.events.map((event) => event.envelope.received_at)
    expect(times).toEqual([...times].sort().reverse())
    expect(result.id).toMatch(/^pas_[a-z2-7]{32}$/)
  })

  test('the start is inclusive to the microsecond, the end as set', async () => {
    fillDay()
    const [first, second, third] = pangea.log.rows as [Row, Row, Row]
    const range = { start: microsText(first.entry.receivedAt), end: microsText(third.entry.receivedAt) }
    const found = async () =>
      (await search({ ...ascending, ...range })).result.events.map((event) => event.hash)
    expect(await found()).toEqual([first.entry.hash, second.entry.hash])
    pangea.settings.endInclusive = true
    expect(await found()).toEqual([first, second, third].map((row) => row.entry.hash))
  })

  test('count stops at max_results, and at 10,000', async () => {
    fillLog(pangea.log, { seed: 3, from: now - day, to: now, records: 10_050 })
    expect((await search({ max_results: 7, limit: 3 })).result).toMatchObject({ count: 7 })
    expect((await search({})).result.count).toBe(10_000)
  })

  test.each([
    [{ extra: 1 }, 'UnexpectedProperty', '/extra'],
    [{ verify_signature: true }, 'UnexpectedProperty', '/verify_signature'],
    [{ max_results: 0 }, 'NotWithinRange', '/max_results'],
    [{ max_results: 10_001 }, 'NotWithinRange', '/max_results'],
    [{ limit: 1.5 }, 'InvalidInteger', '/limit'],
    [{ order: 'up' }, 'NotEnumMember', '/order'],
    [{ order_by: 'weight' }, 'NotEnumMember', '/order_by'],
    [{ start: 'yesterday' }, 'BadFormatDateTime', '/start'],
    [{ start: '2026-10-31T00:00:00.1234567Z' }, 'BadFormatDateTime', '/start'],
    [{ verbose: 'yes' }, 'InvalidBool', '/verbose'],
    [{ search_restriction: { team: ['x'] } }, 'UnexpectedProperty', '/search_restriction/team'],
    [{ search_restriction: { actor: 'x' } }, 'InvalidArray', '/search_restriction/actor'],
    [{ config_id: 'pci_wrong' }, 'DoesNotMatchPattern', '/config_id'],
    [{ config_id: `pci_${'a'.repeat(32)}` }, 'ConfigNotExist', '/config_id'],
  ])('%j is refused with 400: %s', async (body, code, source) => {
    const { http, status, result } = await search(body)
    expect([http, status]).toEqual([400, 'ValidationError'])
    expect(result.errors).toMatchObject([{ code, source }])
  })

  test('queries and restrictions', async () => {
    fillDay()
    const isUpdate = (row: Row): boolean => row.entry.fields.action === 'updated'
    const updates = pangea.log.rows.filter(isUpdate)
    expect((await search({ query: 'action:updated' })).result.count).toBe(updates.length)
    expect((await search({ search_restriction: { action: ['updated'] } })).result.count).toBe(updates.length)
    const [one] = updates as [Row]
    const target = one.entry.fields.target
    expect((await search({ query: `action:"updated" ${target}` })).result.count).toBeGreaterThan(0)
    expect((await search({ query: 'ACTION-THAT-IS-NOT' })).result.count).toBe(0)
  })

  test('a row is found only once it is visible', async () => {
    const receivedAt = (now - minute) * 1000
    pangea.log.add(entryOf(new Members([['message', 'late']]), receivedAt, new Random(1)), now + minute)
    expect((await search({})).result.count).toBe(0)
    pangea.clock.advance(2 * minute)
    expect((await search({})).result.count).toBe(1)
  })

  test('several configurations must be told apart', async () => {
    pangea.settings.configs.push(`pci_${'b'.repeat(32)}`)
    expect(await search({})).toMatchObject({ http: 400, status: 'MissingConfigID' })
    expect(await search({ config_id: `pci_${'b'.repeat(32)}` })).toMatchObject({
      http: 200,
      result: { count: 0 },
    })
  })

  test('return_context is noticed', async () => {
    await search({ return_context: true })
    expect(pangea.api.contextRequests).toBe(1)
  })

  test('without verbose there are no proofs and no roots', async () => {
    fillDay()
    const { result } = await search({ verbose: false })
    expect(result.root).toBeUndefined()
    expect(result.events.some((event) => event.membership_proof !== undefined)).toBe(false)
  })
})

describe('results', () => {
  test('pages of a set that stays the same, in whatever form', async () => {
    fillDay()
    pangea.settings.largestPage = 70
    const { result } = await search({ ...ascending, limit: 100 })
    expect(result.events).toHaveLength(70)
    pangea.log.add(entryOf(new Members([]), (now - hour) * 1000, new Random(1)))
    const next = await call('/v1/results', { id: result.id, offset: 70, limit: 1000 })
    expect(next.result).toMatchObject({ count: 200 })
    expect(next.result.events[0]?.hash).toBe(pangea.log.rows[70]?.entry.hash)
  })

  test('an offset beyond the end is BadOffset, one at the end an empty page', async () => {
    fillDay()
    const { id } = (await search({})).result
    expect(await call('/v1/results', { id, offset: 201 })).toMatchObject({ http: 400, status: 'BadOffset' })
    expect((await call('/v1/results', { id, offset: 200 })).result.events).toEqual([])
  })

  test('a set that expired, or was dropped, is refused as set', async () => {
    fillDay()
    const { id } = (await search({})).result
    pangea.clock.advance(2 * day)
    expect(await call('/v1/results', { id })).toMatchObject({ http: 400, status: 'NotFound' })
    pangea.settings.goneResult = { http: 404, status: 'ResultExpired' }
    pangea.expireResults()
    expect(await call('/v1/results', { id })).toMatchObject({ http: 404, status: 'ResultExpired' })
    expect((await call('/v1/results', {})).result.errors).toMatchObject([{ code: 'FieldRequired' }])
  })
})

describe('answers', () => {
  test('a wrong token, a refusal and faults have Pangea’s own statuses', async () => {
    expect(await call('/v1/search', {}, 'pts_wrong')).toMatchObject({ http: 401, status: 'Unauthorized' })
    pangea.settings.refusal = { http: 403, status: 'ServiceNotEnabled' }
    expect(await search({})).toMatchObject({ http: 403, status: 'ServiceNotEnabled' })
    pangea.settings.refusal = undefined
    pangea.server.faults.add({ fault: { kind: 'status', status: 429 }, on: 'search' })
    expect(await search({})).toMatchObject({ http: 429, status: 'TooManyRequests' })
    pangea.server.faults.add({ fault: { kind: 'status', status: 200, body: statusBody('ProviderError') } })
    expect(await search({})).toMatchObject({ http: 200, status: 'ProviderError' })
    pangea.settings.statusCase = 'success'
    expect(await search({})).toMatchObject({ http: 200, status: 'success' })
  })

  test('202, then 404, then 202 again, then the answer', async () => {
    fillDay()
    pangea.settings.async = { operations: ['search'], missingPolls: 1, openPolls: 1 }
    const first = await search({ limit: 5 })
    expect(first).toMatchObject({ http: 202, status: 'Accepted', result: { retry_counter: 0 } })
    const { location } = first.result
    expect(await call(location)).toMatchObject({ http: 404 })
    expect(await call(location)).toMatchObject({ http: 202, status: 'Accepted' })
    expect(await call(location)).toMatchObject({ http: 200, status: 'Success', result: { count: 200 } })
    expect(await call('/request/prq_unknown')).toMatchObject({ http: 404, status: 'NotFound' })
    expect(pangea.server.requests.count('poll')).toBe(4)
  })

  test('roots, in both forms; TreeNotFound comes with HTTP 200', async () => {
    expect(await call('/v1/root', {})).toMatchObject({ http: 200, status: 'TreeNotFound' })
    fillDay()
    await search({})
    const size = pangea.log.tree.size
    expect((await call('/v1/root', {})).result.size).toBe(size)
    expect((await call('/v1/root', { tree_size: 3 })).result.size).toBe(3)
    expect(await call('/v1/root', { tree_size: size + 1 })).toMatchObject({
      http: 200,
      status: 'TreeNotFound',
    })
    pangea.settings.rootForm = 'data'
    expect((await call('/v1/root', { tree_size: 3 })).result.data?.size).toBe(3)
  })
})

describe('proofs', () => {
  const rootsOf = async (reply: Reply, newest: number) => {
    const known = new Map<number, Root>()
    for (let size = 1; size <= newest; size++) {
      known.set(size, readRoot((await call('/v1/root', { tree_size: size })).result) as Root)
    }
    return {
      root: readRoot(reply.result.root),
      unpublishedRoot: readRoot(reply.result.unpublished_root),
      publishedRoot: (size: number) => known.get(size),
      known,
    }
  }

  const outcomes = (rows: readonly string[], roots: Parameters<RecordVerifier['verify']>[3]): Outcome[][] => {
    const verifier = new RecordVerifier()
    return rows.map((text) => {
      const bytes = Buffer.from(text)
      const { hash, signature, membership, consistency } = verifier.verify(bytes, 0, bytes.length, roots)
      return [hash, signature, membership, consistency]
    })
  }

  /** Buffers that are not whole, with the hashes of what is missing, and buffers that are missing. */
  const holesIn = (rows: readonly string[], root: Root) => {
    const buffers = new Map<number, BufferCoverage>()
    for (const text of rows) {
      const { published, leaf_index: leaf = -1, membership_proof: proof = '' }: ServedEvent = JSON.parse(text)
      if (!published) continue
      const coverage = buffers.get(leaf) ?? new BufferCoverage()
      buffers.set(leaf, coverage)
      coverage.add(hotPath(sidesOf(proof), root.size, leaf) ?? 'not in the tree', proof)
    }
    return {
      parts: [...buffers].flatMap(([leaf, coverage]) =>
        coverage.missing().map(({ nodeHash }) => [leaf, nodeHash]),
      ),
      buffers: missingBuffers(new Set(buffers.keys()), 0, root.size - 1),
    }
  }

  test('hold for every row, published or not; a published one changes its proof and keeps its hash', async () => {
    fillDay()
    const before = await collect(now - day, now)
    const roots = await rootsOf(before.last, pangea.log.tree.size)
    const all = outcomes(before.rows, roots)
    expect(all.filter(([hash, , membership]) => hash !== 'pass' || membership !== 'pass')).toEqual([])
    expect(all.filter(([, , , consistency]) => consistency === 'none').length).toBeGreaterThan(5)
    expect(holesIn(before.rows, roots.root as Root)).toEqual({ parts: [], buffers: [] })

    pangea.clock.advance(2 * hour)
    const after = await collect(now - day, now)
    const later = await rootsOf(after.last, pangea.log.tree.size)
    expect(
      outcomes(after.rows, later).every(([hash, , ...rest]) =>
        [hash, ...rest].every((one) => one === 'pass'),
      ),
    ).toBe(true)
    expect(after.rows.at(-1)).not.toBe(before.rows.at(-1))
    expect(pangea.received(after.rows.at(-1) ?? '')).toBe(pangea.received(before.rows.at(-1) ?? ''))
    expect(
      followHistory(roots.root as Root, [...later.known.values()].slice((roots.root?.size ?? 1) - 1)).head,
    ).toEqual(later.root)
  })

  test('tampering shows where it happened', async () => {
    fillDay()
    const before = await collect(now - day, now)
    const roots = await rootsOf(before.last, pangea.log.tree.size)
    const known = roots.root as Root
    const [first, second, third, fourth] = pangea.log.rows.filter((row) => row.buffer?.leaf === 5) as [
      Row,
      Row,
      Row,
      Row,
    ]
    const at = pangea.log.rows.indexOf(first)
    tampering.removeRow(fourth)
    tampering.removeBuffer(pangea.log, 9)
    const { rows } = await collect(now - day, now)
    expect(holesIn(rows, known)).toEqual({ parts: [[5, fourth.entry.hash]], buffers: [9] })

    tampering.forgeEnvelope(first, (text) => text.replace('"event":{', '"event":{"forged":1,'))
    const other = entryOf(new Members([['message', 'forged']]), second.entry.receivedAt, new Random(1))
    tampering.forgeEntry(second, other)
    tampering.forgeProof(pangea.log, third)
    const found = outcomes((await collect(now - day, now)).rows, roots)
    expect(found.slice(at, at + 4).map(([hash, , membership]) => [hash, membership])).toEqual([
      ['fail', 'pass'],
      ['pass', 'fail'],
      ['pass', 'fail'],
      ['pass', 'pass'],
    ])
  })

  test('history that is rewritten, shrunk or broken is found in the roots', async () => {
    fillDay()
    await search({})
    const size = pangea.log.tree.size
    const rootAt = async (wanted: number) =>
      readRoot((await call('/v1/root', { tree_size: wanted })).result) as Root
    const known = await rootAt(size - 2)
    const later = async () => [await rootAt(size - 2), await rootAt(size - 1), await rootAt(size)]
    expect(followHistory(known, await later()).finding).toBeUndefined()
    tampering.breakConsistency(pangea.log, size - 1)
    expect(followHistory(known, await later()).finding?.breach).toBe('not_continued')
    tampering.rewriteRoot(pangea.log, size - 2)
    expect(followHistory(known, await later()).finding?.breach).toBe('rewritten')
    tampering.rewriteHistory(pangea.log, 2)
    expect(followHistory(known, (await later()).slice(1)).finding?.breach).toBe('not_continued')
    tampering.shrinkTree(pangea.log, 5)
    const { result } = await call('/v1/root', {})
    expect(followHistory(known, [readRoot(result) as Root]).finding?.breach).toBe('shrunken')
  })
})

describe('the oracle', () => {
  test('knows every visible row, whichever form it was received in', async () => {
    fillDay()
    const received = (await collect(now - day, now)).rows.map((text) => ({
      text: pangea.received(text),
      time: Math.floor((microsOf(JSON.parse(text).envelope.received_at, now) ?? 0) / 1000),
      source: 'pangea:slice',
      sourcetype: 'pangea:audit',
      id: JSON.parse(text).hash,
    }))
    const nothing = { lost: 0, repeated: 0, altered: 0, wrongTime: 0, wrongId: 0, findings: [] }
    expect(await pangea.oracle.compare(received)).toMatchObject({ ...nothing, expected: 200, received: 200 })
    const changed = received.with(3, { ...received[3]!, text: pangea.received('{"envelope":{},"hash":"x"}') })
    expect(await pangea.oracle.compare(changed)).toMatchObject({ lost: 1, altered: 1 })
  })

  test('60,000 records over 30 days are there, with several in one microsecond', {
    timeout: 60_000,
  }, async () => {
    fillLog(pangea.log, { seed: 8, from: now - 30 * day, to: now, records: 60_000, sameMicrosecondEvery: 40 })
    const { result } = await search({ ...ascending, start: '31d', limit: 100 })
    expect(result.count).toBe(10_000)
    const times = pangea.log.rows.map((row) => row.entry.receivedAt)
    expect(times.length - new Set(times).size).toBe(3_000)
  })
})

test.each([
  ['2026-10-31T11:59:59.000001Z', (now - 1000) * 1000 + 1],
  ['2026-10-31T13:59:59+02:00', (now - 1000) * 1000],
  ['2026-1-2T3:4:5', Date.UTC(2026, 0, 2, 3, 4, 5) * 1000],
  ['7d', (now - 7 * day) * 1000],
  ['120min', (now - 2 * hour) * 1000],
  ['2months', (now - 60 * day) * 1000],
  ['2026-13-01T00:00:00Z', undefined],
  ['7 d', undefined],
  ['-7d', undefined],
])('the time %s', (text, micros) => {
  expect(microsOf(text, now)).toBe(micros)
})

test('the stand-in knows nothing of the verification that it tests', () => {
  const sources = ['merkle', 'json', 'signer', 'records', 'log', 'serving', 'tampering', 'pangea', 'api']
  for (const name of sources) {
    expect(readFileSync(new URL(`${name}.ts`, import.meta.url), 'utf8')).not.toMatch(/from '.*src\//)
  }
})
