import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { EtdStandin } from '../standins/etd/etd.ts'
import { fillHours } from '../standins/etd/scenario.ts'
import { kvRequests, unauthenticated } from '../standins/splunkd/index.ts'
import { etdInput, startTenant } from './etd/tenant.ts'
import { appId, flawless, Stage } from './harness.ts'

describe('The state in the KV store', () => {
  let head: Stage
  let otherHead: Stage
  let etd: EtdStandin

  beforeAll(async () => {
    head = await Stage.open({ serverHost: 'head-1.example.com' })
    const { kv, passwords } = head.splunkd
    otherHead = await Stage.open({ serverHost: 'head-2.example.com', kv, passwords })
  })
  afterAll(async () => {
    await head?.close()
    await otherHead?.close()
  })
  beforeEach(async () => {
    etd = await startTenant()
    fillHours(etd, { hours: 3, records: 20_000 })
  })
  afterEach(async () => {
    head.splunkd.kv.status = 'ready'
    head.splunkd.faults.clear()
    await etd.stop()
  })
  const downloads = () => etd.api.requests.count('links') + etd.storage.requests.count('object')

  it('is waited for a minute while it fails: no data is asked for, nothing is written, exit code 2', async () => {
    const input = head.input(etdInput(etd))
    head.splunkd.kv.status = 'starting'
    const { exitCode, stderr, bytes, tookMs } = await input.pass()
    expect(exitCode).toBe(2)
    expect(stderr.filter((line) => line.startsWith('ERROR')).join()).toMatch(/KV Store is initializing/)
    expect({ bytes, downloads: downloads() }).toEqual({ bytes: 0, downloads: 0 })
    expect(tookMs).toBeGreaterThan(45_000)
    expect(tookMs).toBeLessThan(90_000)
    head.splunkd.kv.status = 'ready'
    expect((await input.pass()).exitCode).toBe(0)
    expect(await input.compare(etd.oracle)).toMatchObject(flawless)
  }, 120_000)

  it('is waited for while splunkd starts, and the run goes on', async () => {
    const input = head.input(etdInput(etd))
    head.splunkd.kv.status = 'starting'
    const run = head.splunkd.startRun(input.stanza)
    await expect.poll(() => run.stderr.join(), { timeout: 60_000 }).toMatch(/WARN.*KV Store is initializing/)
    head.splunkd.kv.status = 'ready'
    expect((await run.finished).exitCode).toBe(0)
    expect(await input.compare(etd.oracle)).toMatchObject(flawless)
  })

  it.each([
    ['mailtrail_checkpoints', { state: 'not JSON' }, /checkpoint.*cannot be understood/],
    ['mailtrail_checkpoints', { v: 99 }, /newer version/],
    ['mailtrail_ledger', { state: 'unheard of' }, /ledger cannot be understood/],
  ])('is not taken for empty when %s cannot be understood: %o', async (collection, damage, message) => {
    const input = head.input(etdInput(etd))
    await input.pass()
    const delivered = input.received.length
    const documents = input.documents(collection)
    const stored = head.splunkd.kv.collection(appId, collection)
    for (const document of documents) stored.put(document._key, { ...document, ...damage })
    const asked = downloads()
    const { exitCode, stderr, bytes } = await input.pass()
    expect(exitCode, stderr.join('\n')).toBe(2)
    expect(stderr.filter((line) => line.startsWith('ERROR')).join()).toMatch(message)
    expect({ events: input.received.length, downloads: downloads(), bytes }).toEqual({
      events: delivered,
      downloads: asked,
      bytes,
    })
    for (const document of documents) stored.put(document._key, document)
    expect((await input.pass()).exitCode).toBe(0)
    expect(await input.compare(etd.oracle)).toMatchObject(flawless)
  })

  it('ends the run when the session has expired, and the next run goes on', async () => {
    const input = head.input(etdInput(etd))
    head.splunkd.faults.after(6, kvRequests(), unauthenticated)
    const { exitCode, stderr, tookMs } = await input.pass()
    expect(exitCode).toBe(2)
    expect(stderr.filter((line) => line.startsWith('ERROR')).join()).toMatch(/no longer accepts the session/)
    expect(tookMs).toBeLessThan(20_000)
    head.splunkd.faults.clear()
    expect((await input.pass()).exitCode).toBe(0)
    const result = await input.compare(etd.oracle)
    expect(result.repeated).toBeLessThanOrEqual(5_000)
    expect({ ...result, repeated: 0 }).toMatchObject(flawless)
  })

  it('lets one process collect: another head says so and ends', async () => {
    const input = head.input(etdInput(etd), { name: 'shared' })
    const elsewhere = otherHead.watch('cisco_etd', 'shared')
    const { settings } = head.splunkd.inputs.stanza(input.stanza)
    otherHead.splunkd.writeStanza(elsewhere.stanza, Object.fromEntries(settings))
    const run = head.splunkd.startRun(input.stanza, { pauseAfterBytes: 100_000 })
    await expect.poll(() => run.bytes, { timeout: 60_000 }).toBeGreaterThan(100_000)

    const { exitCode, stderr, events } = await elsewhere.pass()
    expect({ exitCode, events }).toEqual({ exitCode: 0, events: 0 })
    expect(stderr.filter((line) => !line.startsWith('INFO'))).toEqual([])
    expect(stderr.join()).toMatch(/head-1\.example\.com collects/)

    run.kill('SIGKILL')
    run.resume()
    await run.finished
    const again = await elsewhere.pass()
    expect({ exitCode: again.exitCode, events: again.events }).toEqual({ exitCode: 0, events: 0 })
    const atHome = await input.pass()
    expect(atHome.exitCode).toBe(0)
    expect(atHome.events).toBeGreaterThan(0)
    expect(atHome.tookMs).toBeLessThan(15_000)
    const result = await input.compare(etd.oracle)
    expect({ ...result, repeated: 0 }).toMatchObject(flawless)
  })
})
