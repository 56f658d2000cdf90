import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { etdInput, startTenant } from '../scenarios/etd/tenant.ts'
import { flawless, Stage, type StagedInput } from '../scenarios/harness.ts'
import type { EtdStandin } from '../standins/etd/etd.ts'
import { fillHours } from '../standins/etd/scenario.ts'
import { hour, hourOf } from '../standins/vendor/clock.ts'
import { mailtrail } from './command-line.ts'

const replayed = z.object({ events: z.number(), marked: z.array(z.object({ unit: z.string() })) })

/** The operator's clock and the vendor's are one: what expires is judged by the former. */
const now = Date.now()

describe("The operator's command line", () => {
  let stage: Stage
  let etd: EtdStandin
  let input: StagedInput
  beforeAll(async () => {
    stage = await Stage.open()
    etd = await startTenant({}, now)
    fillHours(etd, { hours: 4, records: 400 })
    input = stage.input(etdInput(etd, { start_time: '-5h' }), { name: 'mail' })
    expect((await input.pass()).exitCode).toBe(0)
  })
  afterAll(async () => {
    await stage?.close()
    await etd?.stop()
  })

  it.each([[['--help']], [['replay', '--help']], [['help', 'check']]])('teaches: %j', async (args) => {
    const { exitCode, stdout } = await mailtrail(stage, args, { signIn: false })
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/Usage: mailtrail/)
    if (args.length === 1) {
      for (const word of ['check', 'status', 'replay', 'verify', 'Exit codes', 'stdin', 'Examples'])
        expect(stdout).toContain(word)
    }
  })

  it.each<[string[], RegExp]>([
    [[], /Usage: mailtrail/],
    [['colect'], /unknown command/],
    [['check'], /missing required argument 'stanza'/],
    [['replay', 'mail', '--from', '-2h'], /required option '--to/],
    [['status', '--jsn'], /unknown option '--jsn'/],
    [['verify', '/nowhere'], /no file \/nowhere|can be verified/],
  ])('refuses %j with exit code 1', async (args, expected) => {
    const { exitCode, stderr } = await mailtrail(stage, args, { signIn: false })
    expect(stderr).toMatch(expected)
    expect(exitCode).toBe(1)
  })

  it('signs in with a password or a session key from stdin, and with nothing else', async () => {
    expect((await mailtrail(stage, ['status'])).exitCode).toBe(0)
    const key = stage.splunkd.sessions.issue('admin')
    const uri = ['--splunkd-uri', stage.splunkd.uri]
    expect((await mailtrail(stage, [...uri, 'status'], { signIn: false, firstLine: key })).exitCode).toBe(0)
    const wrong = await mailtrail(stage, ['status'], { firstLine: 'wrong' })
    expect(wrong).toMatchObject({
      exitCode: 1,
      stderr: 'ERROR splunkd does not accept admin with this password.\n',
    })
    const stale = await mailtrail(stage, [...uri, 'status'], { signIn: false, firstLine: 'stale' })
    expect(stale).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/Sign in as an administrator/) })
    const none = await mailtrail(stage, [...uri, 'status'], { signIn: false, firstLine: '' })
    expect(none).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/Session key is missing/) })
  })

  it('says that splunkd is not there, with exit code 2', async () => {
    const { exitCode, stderr } = await mailtrail(
      stage,
      ['--splunkd-uri', 'https://127.0.0.1:9', '--username', 'admin', 'status'],
      { signIn: false },
    )
    expect(stderr).toMatch(/splunkd does not answer at 127.0.0.1:9/)
    expect(exitCode).toBe(2)
  })

  it('shows every step of a check', async () => {
    const { exitCode, stdout } = await mailtrail(stage, ['check', 'cisco_etd://mail'])
    expect(stdout).toMatch(
      /^ok {4}parameters: [\s\S]*ok {4}credentials: [\s\S]*ok {4}one record: [\s\S]*cisco_etd:\/\/mail works\.\n$/,
    )
    expect(exitCode).toBe(0)
  })

  it('says which step of a check fails', async () => {
    stage.input(etdInput(etd, { client_id: 'wrong' }), { name: 'broken' })
    const { exitCode, json } = await mailtrail(stage, ['--json', 'check', 'broken'])
    expect(json()).toMatchObject({
      stanza: 'cisco_etd://broken',
      ok: false,
      message: expect.stringMatching(/Check client_id and client_secret/),
    })
    expect(exitCode).toBe(1)
    const none = await mailtrail(stage, ['check', 'nowhere'])
    expect(none.stderr).toMatch(/There is no input nowhere. Inputs of this add-on: .*cisco_etd:\/\/mail/)
    stage.splunkd.inputs.remove('cisco_etd://broken')
  })

  it('tells where an input stands', async () => {
    const { stdout } = await mailtrail(stage, ['status'])
    expect(stdout).toMatch(/INPUT +STREAM +COLLECTED UP TO +BEHIND/)
    expect(stdout).toMatch(/cisco_etd:\/\/mail +audit .* complete/)
    const { json } = await mailtrail(stage, ['--json', 'status', 'mail'])
    const events = input.received.filter(({ stream }) => stream === 'message').length
    expect(json()).toMatchObject([
      {
        stanza: 'cisco_etd://mail',
        disabled: false,
        lastError: null,
        streams: [
          { stream: 'audit' },
          { stream: 'message', events, cursor: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:00:00/) },
        ],
      },
    ])
  })

  it('tells the last error and what is missing', async () => {
    const [row] = input.ledger('complete').filter(({ unit }) => unit.includes('/'))
    if (row === undefined) throw new Error('no row')
    input.editLedger(row, { state: 'failed', reason: 'the storage is down' })
    stage.splunkd.writeStanza(input.stanza, { log_types: 'nonsense type' })
    expect((await input.pass()).exitCode).toBe(1)
    stage.splunkd.writeStanza(input.stanza, { log_types: 'message,audit' })
    const { stdout } = await mailtrail(stage, ['status', 'mail'])
    expect(stdout).toMatch(/1 failed/)
    expect(stdout).toMatch(/is failed: the storage is down/)
    expect(stdout).toMatch(/Check the parameters: log_types may hold letters/)
    input.editLedger(row, { state: 'complete', reason: '' })
  })

  it('says what a replay would cost, and changes nothing', async () => {
    const before = JSON.stringify(input.ledger())
    const { stdout, exitCode } = await mailtrail(stage, ['replay', 'mail', ...lastHour(), '--dry-run'])
    expect(stdout).toMatch(
      /units with \d+ events \(\d+ bytes\); about \d+ requests and \d+ downloads\.\nNothing was changed/,
    )
    expect(exitCode).toBe(0)
    expect(JSON.stringify(input.ledger())).toBe(before)
  })

  it('sends an hour again under the same ids, and nothing else', async () => {
    const first = new Map(input.received.map((each) => [each.id, each.source]))
    const asked = input.received.length
    const { json, exitCode } = await mailtrail(stage, [
      '--json',
      'replay',
      'mail',
      ...lastHour(),
      '--stream',
      'message',
    ])
    expect(exitCode).toBe(0)
    const { events, marked } = replayed.parse(json())
    expect(events).toBeGreaterThan(0)
    expect((await input.pass()).exitCode).toBe(0)
    const again = input.received.slice(asked)
    expect(again.length).toBe(events)
    for (const { id, source } of again) {
      expect(first.get(id)).toBe(source)
      expect(marked.map(({ unit }) => `etd:${unit}`)).toContain(source)
    }
    expect((await input.pass()).exitCode).toBe(0)
    expect(input.received.length).toBe(asked + events)
    expect({ ...(await input.compare(etd.oracle)), repeated: 0 }).toMatchObject(flawless)
    expect(input.ledger('replay')).toEqual([])
  })

  it.each<[string[], RegExp]>([
    [['--from', 'yesterday', '--to', '-1h'], /--from must be an ISO 8601 instant/],
    [['--from', '-1h', '--to', '-2h'], /--from must be earlier than --to/],
  ])('refuses a replay %j', async (range, expected) => {
    const { exitCode, stderr } = await mailtrail(stage, ['replay', 'mail', ...range])
    expect(stderr).toMatch(expected)
    expect(exitCode).toBe(1)
  })

  it('says that the ledger has nothing for a time', async () => {
    const range = ['--from', '2020-01-01T00:00:00Z', '--to', '2020-01-02T00:00:00Z']
    expect((await mailtrail(stage, ['replay', 'mail', ...range])).stdout).toMatch(
      /ledger has nothing for this time/,
    )
  })

  function lastHour(): string[] {
    const end = hourOf(now) - hour
    return ['--from', new Date(end - hour).toISOString(), '--to', new Date(end).toISOString()]
  }
})
