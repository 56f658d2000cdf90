import { describe, expect, it } from 'vitest'
import { answer, withTokens } from './answer.ts'
import { type Definition, readDashboards, viewsInMenu } from './definition.ts'
import { unknownFields } from './reads.ts'
import { rowsIn } from './rows.ts'
import { app, dayOfEvents, nothingYet } from './world/world.ts'

const { macros } = app.confs
const world = dayOfEvents()
const dashboards = readDashboards()

/** Fields that events of the samples, the log and the ledger have, and those of every event in an index. */
const ledgerFields = app.confs.transforms.get('mailtrail_ledger')?.get('fields_list')?.split(/, ?/) ?? []
const fields = new Set([...world.events.flatMap((event) => [...event.keys()]), ...ledgerFields])

it('are the four that the add-on has, and are in its menu', () => {
  expect(dashboards.map(({ label }) => label).sort()).toEqual([
    'Completeness',
    'Email threats',
    'Health',
    'Message trace',
  ])
  for (const { name } of dashboards) expect(viewsInMenu()).toContain(name)
})

describe.each(dashboards)('$label', ({ definition }) => {
  const { visualizations, dataSources, inputs, layout } = definition
  const all = [...Object.values(visualizations), ...Object.values(inputs)]
  const sources = Object.entries(dataSources)

  it('has a place for every panel, side by side within its width and without overlap', () => {
    expect(layout.structure.map(({ item }) => item).sort()).toEqual(Object.keys(visualizations).sort())
    for (const { item, position: a } of layout.structure) {
      expect(a.x + a.w, item).toBeLessThanOrEqual(layout.options.width)
      for (const { item: other, position: b } of layout.structure) {
        const apart = a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y
        expect(item === other || apart, `${item} and ${other}`).toBe(true)
      }
    }
  })

  it('says of every panel what it shows, and what it means that it is empty', () => {
    for (const { title, description = '', type } of Object.values(visualizations)) {
      if (type === 'splunk.singlevalue') expect(description, title).toMatch(/\.$/)
      else expect(description, title).toMatch(/\. Empty: .+\.$/)
    }
  })

  it('uses every search, and has every search that it uses', () => {
    const used = new Set([
      ...all.flatMap((item) => item.dataSources?.primary ?? []),
      ...sources.flatMap(([, source]) => source.options.extend ?? []),
    ])
    expect([...used].sort()).toEqual(Object.keys(dataSources).sort())
  })

  it.each(sources)('%s: is balanced, knows its macros, and reads fields that there are', (name, source) => {
    const query = withTokens(source.options.query)
    for (const pair of ['()', '[]'])
      expect(count(query, pair[0] ?? ''), pair).toBe(count(query, pair[1] ?? ''))
    for (const sign of ['"', '`']) expect(count(query, sign) % 2, sign).toBe(0)
    const { extend } = source.options
    const given =
      extend === undefined
        ? fields
        : new Set(answer(definition, extend, world, macros).flatMap((row) => [...row.keys()]))
    expect(unknownFields(query, given, macros), name).toEqual([])
  })

  it.each(sources)('%s: finds something in a day of events', (name) => {
    expect(answer(definition, name, world, macros).length).toBeGreaterThan(0)
  })

  it.each(sources)('%s: runs where nothing is there yet', (name) => {
    expect(() => answer(definition, name, nothingYet, macros)).not.toThrow()
  })

  it('shows 0 or – in its numbers where nothing is there yet', () => {
    for (const { title, type, dataSources: from } of Object.values(visualizations)) {
      if (type !== 'splunk.singlevalue') continue
      const [row] = answer(definition, from?.primary ?? '', nothingYet, macros)
      expect(['0', '–', '100'], title).toContain(String([...(row?.values() ?? [])][0]))
    }
  })

  it('hands on fields that the clicked rows have', () => {
    for (const { title, eventHandlers = [], dataSources: from } of Object.values(visualizations)) {
      const rows = answer(definition, from?.primary ?? '', world, macros)
      const columns = new Set(rows.flatMap((row) => [...row.keys()]))
      for (const { options } of eventHandlers) {
        for (const [, field] of JSON.stringify(options).matchAll(/row\.(\w+)\.value/g))
          expect([...columns], title).toContain(field)
      }
    }
  })

  it('escapes what it takes from rows into addresses', () => {
    for (const { eventHandlers = [] } of Object.values(visualizations)) {
      for (const { type, options } of eventHandlers) {
        if (type !== 'drilldown.customUrl') continue
        expect(JSON.stringify(options)).toMatch(/\$row\.\w+\.value\|u\$/)
        expect(JSON.stringify(options)).not.toMatch(/\$row\.\w+\.value\$/)
      }
    }
  })

  it('leads to dashboards and inputs that exist', () => {
    for (const [, view = '', values = ''] of linksIn(definition)) {
      if (view === 'search') continue
      const target = dashboards.find(({ name }) => name === view)
      for (const [, token] of values.matchAll(/(?:^|&)form\.(\w+)=/g))
        expect(tokensOf(target?.definition)).toContain(token)
    }
  })

  it('takes what is chosen here along, escaped, wherever it leads to another input', () => {
    for (const [, , values = ''] of linksIn(definition)) {
      const kept = [...values.matchAll(/form\.(\w+)=\$(\w+)\|u\$/g)]
      for (const [, there, here] of kept) expect(here).toBe(there)
      for (const [, , here] of kept) expect(tokensOf(definition)).toContain(here)
      if (values.includes('form.input=')) expect(kept.map(([, token]) => token)).toContain('tenant')
    }
  })

  it('colours columns that its tables have', () => {
    for (const { title, type, options, dataSources: from } of Object.values(visualizations)) {
      if (type !== 'splunk.table') continue
      const rows = answer(definition, from?.primary ?? '', world, macros)
      const columns = rows.flatMap((row) => [...row.keys()])
      for (const column of Object.keys(options?.columnFormat ?? {})) expect(columns, title).toContain(column)
    }
  })
})

/** The views that a dashboard links to, with the values that it hands them. */
const linksIn = (definition: Definition) =>
  JSON.stringify(definition).matchAll(/\/app\/TA-mailtrail\/(\w+)\?([^"]*)/g)

const tokensOf = (definition: Definition | undefined): unknown[] =>
  Object.values(definition?.inputs ?? {}).map(({ options }) => options?.token)

const count = (text: string, sign: string): number => text.split(sign).length - 1

describe('what the panels say', () => {
  const rows = rowsIn(world)

  it('Health counts what the log says', () => {
    const failed = world.events.filter((event) => event.get('exit_code') === '2').length
    expect(rows('health', 'total_failed_runs')).toEqual([{ failed_runs: failed }])
    expect(rows('health', 'total_inputs', { input: 'app' })).toEqual([{ inputs: 1 }])
    expect(rows('health', 'quota')[0]).toMatchObject({ input: 'cisco_etd://prod', state: 'close' })
  })

  it('Completeness finds the unit of which two events are not in the index', () => {
    const differing = rows('completeness', 'against_index').filter(({ differ }) => differ !== 0)
    expect(differing).toMatchObject([
      { input: 'gateway', stream: 'accepted_traffic', differ: 1, verdict: 'fewer in the index' },
    ])
  })

  it('Completeness lists first what is missing and can be had, then what is gone, then what is still at work', () => {
    expect(rows('completeness', 'missing_units').map(({ state }) => state)).toEqual([
      'failed',
      'truncated',
      'gap',
      'open',
      'open',
    ])
  })

  it('Completeness leads with integrity failures, the worst first; what went well is only counted', () => {
    const failures = rows('completeness', 'failures')
    const ranks = failures.map(({ severity }) => ['critical', 'high', 'medium'].indexOf(String(severity)))
    expect(ranks).not.toContain(-1)
    expect(ranks).toEqual(ranks.toSorted())
    expect(rows('completeness', 'failure_count')).toEqual([{ failures: failures.length }])
    expect(rows('completeness', 'finding_kinds').map(({ severity }) => severity)).toContain('informational')
  })

  it('Completeness shows a record that does not verify, and what was found about it, as one failure', () => {
    const failures = rows('completeness', 'failures')
    expect(new Set(failures.map(({ concerns }) => concerns)).size).toBe(failures.length)
    expect(failures.find(({ about }) => String(about).includes('by mallory'))).toMatchObject({
      severity: 'critical',
      about: [expect.stringContaining('hash'), 'update by mallory'],
    })
  })

  it('Email threats lists what was delivered and convicted later', () => {
    expect(rows('email_threats', 'convicted_later').some(({ minutes }) => Number(minutes) > 20)).toBe(true)
  })

  it.each(['<M115@sender.example>', 'm115@SENDER.example', 'm115@*'])(
    'Message trace follows %s from the gateway to its deletion',
    (message) => {
      expect(rows('message_trace', 'timeline', { message }).map(({ step }) => step)).toEqual([
        'gateway: Delivered',
        'seen by Cisco',
        'verdict changed: phishing',
        'remediation: delete',
      ])
    },
  )

  it('Message trace finds messages by sender and recipient, and an administrator in the audit logs', () => {
    const steps = (message: string) => rows('message_trace', 'timeline', { message }).map(({ step }) => step)
    expect(steps('parcel@sender.example')).toContain('gateway: Delivered')
    expect(steps('sales@example.com')).toContain('remediation: delete')
    expect(steps('alex@example.com')).toContain('audit: login')
    expect(steps('nobody@example.com')).toEqual([])
    expect(steps('" OR index=* "')).toEqual([])
  })
})
