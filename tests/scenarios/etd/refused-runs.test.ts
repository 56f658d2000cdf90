import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EtdStandin } from '../../standins/etd/etd.ts'
import { fillHours } from '../../standins/etd/scenario.ts'
import type { EtdSettings } from '../../standins/etd/settings.ts'
import { flawless, Stage } from '../harness.ts'
import { etdInput, startTenant } from './tenant.ts'

/** Nothing listens there. */
const deadHost = 'http://127.0.0.1:9'

describe('A run that cannot do its work', () => {
  let stage: Stage
  beforeAll(async () => {
    stage = await Stage.open()
  })
  afterAll(() => stage?.close())

  interface Wrong {
    /** Set in the stanza instead of what is right. */
    readonly settings?: Record<string, string>
    readonly secrets?: Record<string, string>
    readonly vendor?: Partial<EtdSettings>
    /** Done to the vendor before the run. */
    readonly misbehave?: (etd: EtdStandin) => void
  }

  /** The run with what is wrong, and a second one without: it must find everything as if nothing had been. */
  async function tryOut({ settings = {}, secrets = {}, vendor = {}, misbehave }: Wrong) {
    const etd = await startTenant(vendor)
    try {
      fillHours(etd, { hours: 3, records: 300, auditShare: 0 })
      misbehave?.(etd)
      // One log type: each is tried for a while by itself.
      const right = etdInput(etd, { log_types: 'message' })
      const wrong = {
        ...right,
        settings: { ...right.settings, ...settings },
        secrets: { ...right.secrets, ...secrets },
      }
      const input = stage.input(wrong, { inClearText: false })
      const { exitCode, stderr, tookMs } = await input.pass()
      const errors = [...new Set(stderr.filter((line) => line.startsWith('ERROR')))]
      const state = [...input.ledger(), ...input.documents('mailtrail_checkpoints')].length
      const delivered = input.received.length

      etd.api.faults.clear()
      etd.storage.faults.clear()
      for (const [name, password] of Object.entries(right.secrets))
        stage.splunkd.passwords.change(
          'TA-mailtrail',
          `TA-mailtrail\\:cisco_etd:${input.name}\\:${name}:`,
          password,
        )
      stage.splunkd.writeStanza(input.stanza, right.settings)
      const second = await input.pass()
      expect(second.exitCode, second.stderr.join('\n')).toBe(0)
      expect(await input.compare(etd.oracle)).toMatchObject(flawless)
      return { exitCode, errors, tookMs, state, delivered }
    } finally {
      await etd.stop()
    }
  }

  it.each<[string, Wrong, RegExp]>([
    [
      'wrong password',
      { secrets: { client_secret: 'wrong' } },
      /does not accept the credentials \(401.*client_secret/,
    ],
    [
      'wrong password, as 400',
      { secrets: { client_secret: 'wrong' }, vendor: { wrongCredentials: 400 } },
      /does not accept the credentials \(400/,
    ],
    ['wrong API key', { secrets: { api_key: 'wrong' } }, /does not accept the API key \(403.*api_key/],
    [
      'wrong parameter',
      { settings: { requests_per_second: 'many' } },
      /requests_per_second must be a number/,
    ],
    ['wrong address', { settings: { base_url: 'http://example.com' } }, /base_url must begin with https:/],
    [
      'wrong path',
      { misbehave: (etd) => etd.api.faults.add({ fault: { kind: 'status', status: 404 }, probability: 1 }) },
      /no token service.*base_url/,
    ],
  ])('ends at once with exit code 1: %s', async (_, wrong, message) => {
    const { exitCode, errors, state, delivered, tookMs } = await tryOut(wrong)
    expect({ exitCode, state, delivered, errors: errors.length }).toEqual({
      exitCode: 1,
      state: 0,
      delivered: 0,
      errors: 1,
    })
    expect(errors[0]).toMatch(message)
    expect(tookMs).toBeLessThan(10_000)
  })

  const always = (fault: Parameters<EtdStandin['api']['faults']['add']>[0]['fault'], on?: string) => {
    return (etd: EtdStandin) =>
      etd.api.faults.add({ fault, probability: 1, ...(on === undefined ? {} : { on }) })
  }

  it.each<[string, [Wrong, RegExp][]]>([
    [
      'the vendor or the way to it fails',
      [
        [{ settings: { base_url: deadHost } }, /connection is refused/],
        [{ misbehave: always({ kind: 'status', status: 503 }) }, /503/],
        [{ misbehave: always({ kind: 'body', body: 'html' }, 'links') }, /not with a list of links/],
        [{ misbehave: always({ kind: 'body', body: 'cutJson' }, 'links') }, /not with a list of links/],
        [{ misbehave: always({ kind: 'body', body: 'wrongJson' }) }, /without one in it/],
        [{ misbehave: always({ kind: 'close' }) }, /cut off|hang up/],
      ],
    ],
    // By itself: half a gigabyte is sent for it, which would keep the others from being served.
    [
      'the vendor answers without end',
      [
        [
          { misbehave: always({ kind: 'body', body: 'huge', bytes: 70 * 1024 * 1024 }, 'links') },
          /larger than/,
        ],
      ],
    ],
  ])(
    'tries again for a while, and ends with exit code 2, while %s',
    async (_, cases) => {
      const ended = await Promise.all(cases.map(([wrong]) => tryOut(wrong)))
      for (const [index, { exitCode, errors, state, delivered, tookMs }] of ended.entries()) {
        const [, message = /./] = cases[index] ?? []
        expect.soft(errors.join('\n')).toMatch(message)
        expect.soft({ exitCode, state, delivered, errors: errors.length }, errors.join('\n')).toEqual({
          exitCode: 2,
          state: 0,
          delivered: 0,
          errors: 1,
        })
        expect.soft(tookMs).toBeGreaterThan(10_000)
        expect.soft(tookMs).toBeLessThan(90_000)
      }
    },
    180_000,
  )

  it('lets no secret, token or presigned query out, not even at DEBUG and under faults', async () => {
    const etd = await startTenant()
    const seen: string[] = []
    const stop = stage.splunkd.faults.always(() => true, {
      before: (request) => {
        if (!request.path.includes('storage/passwords')) seen.push(request.path, request.body)
      },
    })
    try {
      fillHours(etd, { hours: 3, records: 300 })
      etd.storage.faults.add({
        fault: [
          { kind: 'status', status: 403 },
          { kind: 'cut', after: 99 },
        ],
        times: 4,
      })
      etd.api.faults.add({ fault: { kind: 'status', status: 400 }, on: 'links' })
      const staged = etdInput(etd, { log_level: 'DEBUG' })
      const input = stage.input(staged, { inClearText: true })
      const commandLines = new Set<string>()
      const { exitCode } = await input.pass({
        onStdoutChunk: (chunk, run) => {
          seen.push(chunk.toString('latin1'))
          commandLines.add(readFileSync(`/proc/${run.pid}/cmdline`, 'latin1'))
        },
      })
      expect(exitCode).toBe(0)
      expect(commandLines.size).toBeGreaterThan(0)
      const logs = join(stage.splunkd.home, 'var/log/splunk')
      const files = readdirSync(logs).map((file) => readFileSync(join(logs, file), 'utf8'))
      const everything = [
        ...seen,
        ...commandLines,
        ...files,
        JSON.stringify(input.documents('mailtrail_ledger')),
      ].join('\n')
      expect(everything).toContain(input.stanza)
      for (const secret of [
        ...Object.values(staged.secrets),
        'X-Amz-Signature',
        'X-Amz-Security-Token',
        'Bearer ',
        'eyJ',
      ])
        expect(everything.includes(secret), secret).toBe(false)
    } finally {
      stop()
      await etd.stop()
    }
  })
})
