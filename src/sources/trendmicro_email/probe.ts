import type { Probe } from '../../delivery/source.ts'
import { MailTracking } from './api.ts'
import type { TrendMicroParameters } from './parameters.ts'

/** The last hour is asked for: long enough that most tenants have a record in it, short enough to be answered at once. */
const window = 3_600_000

/** One page of each log type proves credentials, permission and Log Retrieval; a record in it proves that it can be read. */
export async function probe({ params, vendor, done }: Probe<TrendMicroParameters>): Promise<void> {
  const tracking = new MailTracking(params, vendor)
  for (const logType of params.logTypes) {
    const now = vendor.clock.now()
    const page = await tracking.page(logType, { from: now - window, to: now }, undefined)
    if (logType === params.logTypes[0])
      done('credentials', 'Trend Micro accepts username and api_key, and gives logs')
    done(
      `logs of ${logType}`,
      page === undefined ? 'none in the last hour' : `${page.records.count} records read`,
    )
  }
}
