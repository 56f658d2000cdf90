import { join } from 'node:path'
import { z } from 'zod'
import { auditSeries } from '../../standins/etd/audit.ts'
import { connectionSeries } from '../../standins/etd/connections.ts'
import { forms } from '../../standins/etd/form.ts'
import { messageSeries } from '../../standins/etd/messages.ts'
import { fillHours } from '../../standins/etd/scenario.ts'
import type { EtdSettings } from '../../standins/etd/settings.ts'
import { hour, hourOf, minute } from '../../standins/vendor/clock.ts'
import type { Fault } from '../../standins/vendor/faults.ts'
import { epochOf } from '../../standins/vendor/instants.ts'
import type { RecordSeries } from '../../standins/vendor/record.ts'
import { type StoryVendor, tellStories } from '../story.ts'
import { etdInput, startTenant } from './tenant.ts'

const line = z.strictObject({
  text: z.string(),
  /** The event time that must come out. */
  time: z.string(),
  unparsed: z.boolean().optional(),
})

/** Files of one hour. */
const files = z.strictObject({
  type: z.string().default('message'),
  /** 1 is the last hour that is over. */
  hoursAgo: z.number().int(),
  count: z.number().int().default(1),
  /** Records in each, made up, or the lines of one file. */
  records: z.number().int().default(3),
  lines: z.array(line).optional(),
  /** How long after the vendor's now they appear. */
  appearInMinutes: z.number().optional(),
  form: z.enum(Object.keys(forms)).optional(),
})

const change = z.strictObject({
  advanceMinutes: z.number().default(0),
  settings: z.record(z.string(), z.unknown()).default({}),
  fill: z.looseObject({ hours: z.number(), records: z.number() }).optional(),
  files: z.array(files).default([]),
  noMoreFaults: z.boolean().default(false),
  faults: z.array(z.looseObject({ fault: z.custom<Fault | Fault[]>() })).default([]),
  /** Removes the files that are there. */
  removeFiles: z.boolean().default(false),
})

tellStories(join(import.meta.dirname, 'traps'), async (): Promise<StoryVendor> => {
  const etd = await startTenant()
  let seed = 100

  const series = (type: string, count: number, start: number): RecordSeries => {
    const options = { seed: seed++, count, hour: start, tenant: etd.tenant }
    if (type === 'message') return messageSeries(options)
    return type === 'audit' ? auditSeries(options) : connectionSeries(options.seed, count, start)
  }

  function addFiles(told: z.infer<typeof files>): void {
    const start = hourOf(etd.clock.now()) - told.hoursAgo * hour
    const records = told.lines?.map(({ text, time, unparsed = false }) => ({
      text,
      time: epochOf(time),
      unparsed,
    }))
    for (let file = 0; file < told.count; file++) {
      etd.addObject({
        type: told.type,
        hour: start,
        records: records ?? series(told.type, told.records, start),
        appearsAt: etd.clock.now() + (told.appearInMinutes ?? 0) * minute,
        form: forms[told.form ?? 'lines'] ?? {},
      })
    }
  }

  return {
    oracle: etd.oracle,
    staged: (settings) => etdInput(etd, settings),
    change(what) {
      const told = change.parse(what)
      etd.clock.advance(told.advanceMinutes * minute)
      Object.assign(etd.settings, told.settings satisfies Partial<EtdSettings>)
      if (told.noMoreFaults) {
        etd.api.faults.clear()
        etd.storage.faults.clear()
      }
      if (told.removeFiles) for (const object of etd.objects) etd.removeObject(object)
      if (told.fill) fillHours(etd, told.fill)
      for (const file of told.files) addFiles(file)
      for (const rule of told.faults) (rule.on === 'object' ? etd.storage : etd.api).faults.add(rule)
    },
    requests: () => ({
      token: etd.api.requests.count('token'),
      links: etd.api.requests.count('links'),
      object: etd.storage.requests.count('object'),
    }),
    offences: () => (etd.credentialLeaks === 0 ? [] : ['a credential went to the storage host']),
    stop: () => etd.stop(),
  }
})
