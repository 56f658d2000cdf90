import { join } from 'node:path'
import { z } from 'zod'
import { trafficTypes } from '../../standins/tmes/query.ts'
import { fillTraffic } from '../../standins/tmes/scenario.ts'
import type { TmesSettings } from '../../standins/tmes/settings.ts'
import { hour, minute, second } from '../../standins/vendor/clock.ts'
import type { Fault } from '../../standins/vendor/faults.ts'
import { epochOf } from '../../standins/vendor/instants.ts'
import type { VendorRequest } from '../../standins/vendor/request.ts'
import { type StoryVendor, tellStories } from '../story.ts'
import { offencesAgainst, startAccount, tmesInput } from './account.ts'

const type = z.enum(trafficTypes)

/** Records as they are told, word for word. */
const logs = z.strictObject({
  type: type.default('accepted_traffic'),
  /** How long after the vendor's now they can be had. */
  visibleInMinutes: z.number().default(0),
  records: z.array(
    z.strictObject({
      text: z.string(),
      /** The event time that must come out. */
      time: z.string(),
      /** By which the vendor filters where it goes by timestamp; the event time when left out. */
      timestamp: z.string().exactOptional(),
    }),
  ),
})

/** Made-up traffic in the time before the vendor's now. */
const fill = z.strictObject({
  hours: z.number(),
  records: z.number(),
  burst: z.number().exactOptional(),
  lateByMinutes: z.number().exactOptional(),
  outOfReach: z.number().exactOptional(),
  seed: z.number().exactOptional(),
})

const change = z.strictObject({
  advanceMinutes: z.number().default(0),
  advanceHours: z.number().default(0),
  settings: z.record(z.string(), z.unknown()).default({}),
  fill: fill.exactOptional(),
  logs: z.array(logs).default([]),
  noMoreFaults: z.boolean().default(false),
  faults: z
    .array(
      z.strictObject({
        fault: z.custom<Fault | Fault[]>(),
        /** Only requests for this type, and only those with a token. */
        type: type.exactOptional(),
        inChain: z.boolean().default(false),
        times: z.number().exactOptional(),
        skip: z.number().exactOptional(),
        probability: z.number().exactOptional(),
      }),
    )
    .default([]),
})

tellStories(join(import.meta.dirname, 'traps'), async (): Promise<StoryVendor> => {
  const tmes = await startAccount()

  function addLogs(told: z.infer<typeof logs>): void {
    const visibleAt = tmes.clock.now() + told.visibleInMinutes * minute
    const records = told.records.map(({ time, timestamp = time, text }) => ({
      text,
      time: epochOf(time),
      timestamp: epochOf(timestamp),
      direction: 'in' as const,
      domain: 'example.com',
    }))
    tmes.addRecords({ type: told.type, records, visibleAt: () => visibleAt })
  }

  return {
    oracle: tmes.oracle,
    staged: (settings) => tmesInput(tmes, settings),
    change(what) {
      const told = change.parse(what)
      tmes.clock.advance(told.advanceMinutes * minute + told.advanceHours * hour)
      Object.assign(tmes.settings, told.settings satisfies Partial<TmesSettings>)
      if (told.noMoreFaults) tmes.api.faults.clear()
      if (told.fill) {
        const { lateByMinutes, ...options } = told.fill
        fillTraffic(tmes, { ...options, ...(lateByMinutes && { lateBy: lateByMinutes * minute + second }) })
      }
      for (const each of told.logs) addLogs(each)
      for (const { type: only, inChain, ...rule } of told.faults) {
        const on = ({ query }: VendorRequest) =>
          query.includes(`type=${only ?? ''}`) && (!inChain || query.includes('token='))
        tmes.api.faults.add({ ...rule, on })
      }
    },
    requests: () => ({ page: tmes.api.requests.count('page') }),
    offences: () => offencesAgainst(tmes),
    stop: () => tmes.stop(),
  }
})
