import { join } from 'node:path'
import { z } from 'zod'
import { statusBody } from '../../standins/pangea/answers.ts'
import { fillLog } from '../../standins/pangea/fill.ts'
import { plainServing } from '../../standins/pangea/serving.ts'
import type { PangeaSettings } from '../../standins/pangea/settings.ts'
import { hour, minute, second } from '../../standins/vendor/clock.ts'
import type { Fault } from '../../standins/vendor/faults.ts'
import { type StoryVendor, tellStories } from '../story.ts'
import { asRecord, pangeaInput, startProject } from './project.ts'

/** Records received all through a time. */
const fill = z.strictObject({
  /** Before the vendor's now. */
  fromHoursAgo: z.number(),
  /** How long; up to the vendor's now when left out. */
  seconds: z.number().optional(),
  /** All of them in so many microseconds. */
  microseconds: z.number().optional(),
  records: z.number(),
  seed: z.number().default(1),
  sameMicrosecondEvery: z.number().optional(),
  customShare: z.number().optional(),
  largeEvery: z.number().optional(),
  late: z.strictObject({ every: z.number(), byMinutes: z.number() }).optional(),
})

const change = z.strictObject({
  advanceMinutes: z.number().default(0),
  settings: z.record(z.string(), z.unknown()).default({}),
  serving: z.record(z.string(), z.unknown()).optional(),
  fill: z.array(fill).default([]),
  noMoreFaults: z.boolean().default(false),
  faults: z
    .array(
      z.strictObject({
        on: z.string().optional(),
        /** Pangea's own status, in an answer with this HTTP code. */
        status: z.strictObject({ http: z.number(), status: z.string() }).optional(),
        fault: z.custom<Fault>().optional(),
        times: z.number().optional(),
        skip: z.number().optional(),
        probability: z.number().optional(),
      }),
    )
    .default([]),
})

tellStories(join(import.meta.dirname, 'traps'), async (): Promise<StoryVendor> => {
  const pangea = await startProject()

  function addRecords(told: z.infer<typeof fill>): void {
    const { fromHoursAgo, seconds, microseconds, late, ...kind } = told
    const now = pangea.clock.now()
    const from = Math.floor(now - fromHoursAgo * hour)
    const to = microseconds ? from + microseconds / 1000 : seconds ? from + seconds * second : now
    const options = Object.fromEntries(Object.entries(kind).filter(([, value]) => value !== undefined))
    fillLog(pangea.log, {
      ...options,
      seed: kind.seed,
      records: kind.records,
      from,
      to,
      ...(late && { late: { every: late.every, by: late.byMinutes * minute } }),
    })
  }

  return {
    oracle: pangea.oracle,
    staged: (settings) => pangeaInput(pangea, settings),
    asRecord: (received) => asRecord(received, pangea),
    change(what) {
      const told = change.parse(what)
      pangea.clock.advance(told.advanceMinutes * minute)
      Object.assign(pangea.settings, told.settings satisfies Partial<PangeaSettings>)
      if (told.serving) pangea.settings.serving = { ...plainServing, ...told.serving }
      if (told.noMoreFaults) pangea.server.faults.clear()
      for (const each of told.fill) addRecords(each)
      // A collector knows the vendor's time to the second or so, and leaves what is younger for the next run.
      if (told.fill.length > 0) pangea.clock.advance(10 * second)
      for (const { on, status, fault, ...limits } of told.faults) {
        const answer: Fault = {
          kind: 'status',
          status: status?.http ?? 200,
          body: statusBody(status?.status ?? ''),
        }
        const rule = Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined))
        pangea.server.faults.add({ ...rule, fault: fault ?? answer, ...(on && { on }) })
      }
    },
    requests: () =>
      Object.fromEntries(
        ['search', 'results', 'root', 'poll'].map((name) => [name, pangea.server.requests.count(name)]),
      ),
    offences: () => (pangea.api.contextRequests > 0 ? ['return_context was asked for'] : []),
    stop: () => pangea.stop(),
  }
})
