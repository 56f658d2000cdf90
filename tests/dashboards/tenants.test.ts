import { describe, expect, it } from 'vitest'
import type { Fields } from '../searchtime/eval/value.ts'
import type { World } from '../searchtime/search/pipeline.ts'
import { answer, opened } from './answer.ts'
import { readDashboards } from './definition.ts'
import { rowsIn } from './rows.ts'
import { inputs } from './world/inputs.ts'
import { app, dayOfEvents } from './world/world.ts'

const { macros } = app.confs
const world = dayOfEvents()
const rows = rowsIn(world)

/** Cisco's tenants of the world. */
const head = inputs.prod?.tenant ?? ''
const branch = inputs.branch?.tenant ?? ''

describe.each(readDashboards())('$label', ({ definition }) => {
  it('has inputs for time range, input and tenant', () => {
    const tokens = Object.values(definition.inputs).map(({ options }) => options?.token)
    expect(tokens).toEqual(expect.arrayContaining(['time', 'input', 'tenant']))
  })

  it('offers the tenants that there are, by the same names on every dashboard', () => {
    const offered = answer(definition, 'tenants', world, macros).map((row) => row.get('tenant'))
    expect(offered.sort()).toEqual([head, branch, 'app', 'gateway'].sort())
  })

  it.each(Object.entries(definition.dataSources).filter(([, { options }]) => /\$tenant/.test(options.query)))(
    '%s: finds less for one tenant, and nothing where there is no such tenant',
    (name) => {
      const found = (tenant: string) =>
        JSON.stringify(answer(definition, name, world, macros, { ...opened, tenant }).map((row) => [...row]))
      expect(found(branch)).not.toBe(found('*'))
      expect(found('another')).toBe('[]')
    },
  )
})

describe('a chosen tenant', () => {
  const ledger = world.lookups.mailtrail_ledger ?? []
  const withLedger = (rows: readonly Fields[]): World => ({ ...world, lookups: { mailtrail_ledger: rows } })
  const ran = (tenant: string, within = world) =>
    rowsIn(within)('health', 'owners', { tenant }).map(({ input }) => input)
  const everyInput = Object.entries(inputs).map(([input, { scheme }]) => `${scheme}://${input}`)

  it('Health shows the inputs of a tenant by what the ledger knows, and all of them for All', () => {
    expect(ran(head)).toEqual(['cisco_etd://prod'])
    expect(ran(branch)).toEqual(['cisco_etd://branch'])
    expect(ran('app')).toEqual(['pangea_audit://app'])
    expect(ran('another')).toEqual([])
    expect(ran('*')).toEqual(everyInput)
  })

  it('Health shows inputs that never collected anything, for All and under their own names', () => {
    const unknown = withLedger(ledger.filter((row) => row.get('input') !== 'branch'))
    expect(ran('*', unknown)).toEqual(everyInput)
    expect(ran('branch', unknown)).toEqual(['cisco_etd://branch'])
    expect(ran(branch, unknown)).toEqual([])
    expect(ran('*', withLedger([]))).toEqual(everyInput)
  })

  it('Health finds an input whose rows were written back without their scheme', () => {
    const bare = (row: Fields): Fields => new Map([...row].filter(([field]) => field !== 'scheme'))
    const rewritten = withLedger(ledger.map((row) => (row.get('input') === 'gateway' ? bare(row) : row)))
    expect(ran('gateway', rewritten)).toEqual(['trendmicro_email://gateway'])
    expect(ran('*', withLedger(ledger.map(bare)))).toEqual(everyInput)
  })

  it('Health keeps inputs of two vendors apart that have the same name', () => {
    const gatewayAsProd = (row: Fields): Fields =>
      row.get('input') === 'gateway' ? new Map(row).set('input', 'prod') : row
    const logged = world.events.map((event) =>
      event.get('modular_input_name') === 'trendmicro_email://gateway'
        ? new Map(event).set('modular_input_name', 'trendmicro_email://prod')
        : event,
    )
    const renamed = { ...withLedger(ledger.map(gatewayAsProd)), events: logged }
    expect(ran(head, renamed)).toEqual(['cisco_etd://prod'])
    expect(ran('prod', renamed)).toEqual(['trendmicro_email://prod'])
  })

  it('Completeness divides the units among the tenants', () => {
    const missing = (tenant: string) => rows('completeness', 'missing_units', { tenant }).length
    const tenants = rows('completeness', 'tenants').map(({ tenant }) => String(tenant))
    expect(tenants.reduce((sum, tenant) => sum + missing(tenant), 0)).toBe(missing('*'))
    expect(missing(branch)).toBe(0)
    expect(rows('completeness', 'percent', { tenant: branch })).toEqual([{ percent: 100 }])
    expect(rows('completeness', 'summary', { tenant: branch })).toMatchObject([
      { tenant: branch, input: 'branch', stream: 'message' },
    ])
    expect(rows('completeness', 'against_index', { tenant: 'gateway' }).map(({ input }) => input)).toEqual([
      'gateway',
      'gateway',
    ])
  })

  it('Email threats divides the messages among the tenants', () => {
    const messages = (tenant: string) =>
      Number(rows('email_threats', 'total_messages', { tenant })[0]?.messages)
    expect(messages(head)).toBeGreaterThan(messages(branch))
    expect(messages(branch)).toBeGreaterThan(0)
    expect(messages(head) + messages(branch)).toBe(messages('*'))
    expect(messages('another')).toBe(0)
  })

  it('Message trace shows what one tenant saw', () => {
    const systems = (tenant: string) => [
      ...new Set(rows('message_trace', 'timeline', { tenant, message: '*' }).map(({ system }) => system)),
    ]
    expect(systems('gateway')).toEqual([expect.stringContaining('Trend Micro')])
    expect(systems('app')).toEqual([expect.stringContaining('Pangea')])
    expect(systems(branch)).toEqual([expect.stringContaining('Cisco')])
  })
})
