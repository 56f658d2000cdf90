import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { Row } from '../../standins/pangea/log.ts'
import type { PangeaStandin } from '../../standins/pangea/pangea.ts'
import { entryAt } from '../../standins/pangea/records.ts'
import {
  breakConsistency,
  forgeEntry,
  forgeEnvelope,
  forgeProof,
  removeBuffer,
  removeRow,
  rewriteHistory,
  rewriteRoot,
  shrinkTree,
} from '../../standins/pangea/tampering.ts'
import { hour, minute } from '../../standins/vendor/clock.ts'
import { flawless, Stage, type StagedInput } from '../harness.ts'
import {
  alarms,
  type FoundEvent,
  fill,
  pangeaInput,
  scenarioNow,
  sortEvents,
  startProject,
} from './project.ts'

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
})
afterAll(() => stage?.close())

interface Scene {
  readonly pangea: PangeaStandin
  readonly input: StagedInput
  readonly findings: FoundEvent[]
  /** Rows whose buffer is published by now, in the order received. */
  published(): Row[]
  pass(): Promise<readonly string[]>
}

/** Where collecting begins: not relative to when a run gets to look at the clock. */
const begin = scenarioNow - 10 * hour

/** A log that goes on for hours, from which an input collects since ten hours before now. */
async function scene(settings: Record<string, string> = {}): Promise<Scene> {
  const pangea = await startProject()
  onTestFinished(() => pangea.stop())
  fill(pangea, scenarioNow - 12 * hour, scenarioNow + 8 * hour, 1000)
  const input = stage.input(pangeaInput(pangea, { start_time: new Date(begin).toISOString(), ...settings }))
  const findings = sortEvents(input, pangea)
  return {
    pangea,
    input,
    findings,
    published: () => {
      pangea.log.publish(pangea.clock.now())
      return pangea.log.rows.filter(({ buffer }) => buffer !== undefined)
    },
    async pass() {
      const { exitCode, stderr } = await input.pass()
      expect(exitCode, stderr.join('\n')).toBe(0)
      return stderr
    },
  }
}

const begun = (row: { time: number }): boolean => row.time >= begin
const idOf = (row: Row | undefined): string => row?.entry.hash ?? ''

describe('A log that nobody tampers with', () => {
  it('raises no alarm, and every record is checked again once its root is published', async () => {
    const { pangea, input, findings, pass } = await scene()
    for (let time = 0; time < 7 * hour; time += 35 * minute) {
      await pass()
      pangea.clock.advance(35 * minute)
    }
    await pass()
    expect(await pangea.oracle.compare(input.received, begun)).toMatchObject(flawless)
    expect(alarms(findings)).toEqual({})
    const late = findings.filter(({ finding }) => finding === 'late_verification_passed')
    expect(late.length).toBeGreaterThan(200)
    expect(new Set(late.map(({ record_id: id }) => id)).size, 'each once').toBe(late.length)
    expect(input.ledger('gap')).toEqual([])
    const waiting = input.documents('mailtrail_checkpoints').map(({ name }) => String(name))
    expect(waiting.filter((name) => name.startsWith('unpublished/')).length).toBeLessThan(5)
  })
})

describe('Tampering that is found', () => {
  it('a forged row: it is delivered, marked, and told of', async () => {
    const { pangea, input, findings, published, pass } = await scene()
    const row = published().at(-60)
    if (row) forgeEnvelope(row, (envelope) => envelope.replace(/@example\.com/, '@example.org'))
    const stderr = await pass()
    expect(await pangea.oracle.compare(input.received, begun)).toMatchObject({ lost: 0, altered: 0 })
    expect(alarms(findings)).toEqual({ hash_mismatch: 1 })
    expect(findings.find(({ finding }) => finding === 'hash_mismatch')).toMatchObject({
      expected: row?.entry.hash,
      leaf_index: row?.buffer?.leaf,
    })
    const warnings = stderr.filter((line) => line.startsWith('WARN Integrity'))
    expect(warnings).toEqual([expect.stringContaining('1 of')])
  })

  it('another entry in the place of one: neither in the tree, nor all of the tree', async () => {
    const { findings, published, pass } = await scene()
    const row = published().at(-60)
    if (row) forgeEntry(row, entryAt({ seed: 99 }, 1, row.entry.receivedAt))
    await pass()
    expect(alarms(findings)).toEqual({ membership_invalid: 1, records_missing: 1 })
  })

  it('a changed proof', async () => {
    const { pangea, findings, published, pass } = await scene()
    const row = published().at(-60)
    if (row) forgeProof(pangea.log, row)
    await pass()
    expect(alarms(findings)).toMatchObject({ membership_invalid: 1 })
    expect(findings.find(({ finding }) => finding === 'membership_invalid')?.record_id).toBe(idOf(row))
  })

  it('a removed record: a finding, and a row of the ledger', async () => {
    const { input, findings, published, pass } = await scene()
    const row = published().at(-60)
    if (row) removeRow(row)
    await pass()
    expect(alarms(findings)).toEqual({ records_missing: 1 })
    expect(findings.find(({ finding }) => finding === 'records_missing')?.leaf_index).toBe(row?.buffer?.leaf)
    expect(input.ledger('gap')).toMatchObject([
      { unit: expect.stringContaining(`buffer-${row?.buffer?.leaf}`) },
    ])
  })

  it('a removed buffer', async () => {
    const { pangea, input, findings, published, pass } = await scene()
    const leaf = published().at(-60)?.buffer?.leaf ?? -1
    removeBuffer(pangea.log, leaf)
    await pass()
    expect(alarms(findings)).toEqual({ records_missing: 1 })
    expect(input.ledger('gap')).toMatchObject([{ unit: expect.stringContaining(`buffer-${leaf}`) }])
  })

  it('a record that is removed before its root is published', async () => {
    const { pangea, findings, pass } = await scene()
    await pass()
    const row = pangea.log.rows.find(
      ({ buffer, visibleAt }) => buffer === undefined && visibleAt < pangea.clock.now() - minute,
    )
    if (row) removeRow(row)
    pangea.clock.advance(90 * minute)
    await pass()
    for (let hours = 0; hours < 3; hours++) {
      pangea.clock.advance(hour)
      await pass()
    }
    expect(alarms(findings)).toEqual({ record_withdrawn: 1, records_missing: 1 })
    expect(findings.find(({ finding }) => finding === 'record_withdrawn')?.record_id).toBe(idOf(row))
  })

  it('a record that is forged before its root is published', async () => {
    const { pangea, findings, pass } = await scene()
    await pass()
    const row = pangea.log.rows.find(
      ({ buffer, visibleAt }) => buffer === undefined && visibleAt < pangea.clock.now() - minute,
    )
    if (row) row.claims.hash = '0'.repeat(64)
    pangea.clock.advance(90 * minute)
    await pass()
    expect(alarms(findings)).toEqual({ late_verification_failed: 1 })
    expect(findings.find(({ finding }) => finding === 'late_verification_failed')?.record_id).toBe(idOf(row))
  })

  it('a rewritten root', async () => {
    const { pangea, findings, published, pass } = await scene()
    await pass()
    const size = (published().at(-1)?.buffer?.leaf ?? 0) + 1
    rewriteRoot(pangea.log, size)
    pangea.clock.advance(5 * minute)
    await pass()
    expect(alarms(findings)).toEqual({ root_replaced: 1 })
    const before = findings.find(({ finding }) => finding === 'root_published')
    expect(findings.find(({ finding }) => finding === 'root_replaced')).toMatchObject({
      expected: before?.root_hash,
      tree_size: size,
    })
    pangea.clock.advance(5 * minute)
    await pass()
    expect(alarms(findings), 'told once').toEqual({ root_replaced: 1 })
  })

  it('history that is rewritten below the last root, though all proofs fit each other', async () => {
    const { pangea, findings, published, pass } = await scene()
    await pass()
    rewriteHistory(pangea.log, (published().at(-1)?.buffer?.leaf ?? 0) - 3)
    pangea.clock.advance(hour)
    await pass()
    expect(alarms(findings)).toMatchObject({ consistency_invalid: expect.any(Number) })
  })

  it('a root that does not continue the one before', async () => {
    const { pangea, findings, published, pass } = await scene()
    await pass()
    const size = (published().at(-1)?.buffer?.leaf ?? 0) + 1
    pangea.clock.advance(hour)
    published()
    breakConsistency(pangea.log, size + 1)
    await pass()
    expect(alarms(findings)).toMatchObject({ consistency_invalid: expect.any(Number) })
  })

  it('a tree that shrank', async () => {
    const { pangea, findings, published, pass } = await scene()
    await pass()
    const size = (published().at(-1)?.buffer?.leaf ?? 0) + 1
    shrinkTree(pangea.log, size - 2)
    pangea.clock.advance(minute)
    await pass()
    expect(alarms(findings)).toMatchObject({ tree_shrunk: 1 })
    expect(findings.find(({ finding }) => finding === 'tree_shrunk')).toMatchObject({
      expected: String(size),
      found: String(size - 2),
    })
  })

  it('a signer that is not trusted', async () => {
    const { findings, published, pass } = await scene({
      signing_keys: Buffer.alloc(32, 7).toString('base64'),
    })
    published()
    await pass()
    expect(alarms(findings)).toEqual({ signer_untrusted: expect.any(Number) })
  })
})

describe('What is no tampering', () => {
  it('records that are found later than the overlap reaches are fetched all the same', async () => {
    const { pangea, input, findings, pass } = await scene()
    const recent = pangea.log.rows.filter(({ visibleAt }) => visibleAt > scenarioNow - 30 * minute)
    for (const row of recent.slice(5, 12)) row.visibleAt += 50 * minute
    for (let hours = 0; hours < 3; hours++) {
      await pass()
      pangea.clock.advance(hour)
    }
    await pass()
    const result = await pangea.oracle.compare(input.received, begun)
    expect(result).toMatchObject(flawless)
    expect(alarms(findings)).toEqual({})
  })

  it('records that are found after they were missed are fetched, and close the gap', async () => {
    const { pangea, input, findings, pass } = await scene()
    const recent = pangea.log.rows.filter(({ visibleAt }) => visibleAt > scenarioNow - 30 * minute)
    for (const row of recent.slice(5, 12)) row.visibleAt += 4 * hour
    for (let hours = 0; hours < 3; hours++) {
      await pass()
      pangea.clock.advance(hour)
    }
    await pass()
    expect(alarms(findings)).toEqual({ records_missing: 1 })
    expect(input.ledger('gap')).toHaveLength(1)
    pangea.clock.advance(3 * hour)
    await pass()
    expect(await pangea.oracle.compare(input.received, begun)).toMatchObject(flawless)
    expect(input.ledger('gap')).toEqual([])
    expect(findings.map(({ finding }) => finding)).toContain('records_found')
    expect(alarms(findings)).toEqual({ records_missing: 1 })
  })

  it('with a query, records that it leaves out are not missed', async () => {
    const { findings, pass } = await scene({ query: 'action:created' })
    await pass()
    expect(alarms(findings)).toEqual({})
  })

  it('without verification every outcome is none, and nothing is said', async () => {
    const { pangea, input, findings, pass } = await scene({ verify: 'false' })
    await pass()
    expect(findings).toEqual([])
    expect(pangea.server.requests.count('root')).toBe(0)
    expect(await pangea.oracle.compare(input.received, begun)).toMatchObject({ lost: 0, altered: 0 })
  })
})
