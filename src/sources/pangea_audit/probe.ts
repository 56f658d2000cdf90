import type { Probe } from '../../delivery/source.ts'
import { SecureAuditLog } from './api.ts'
import type { PangeaParameters } from './parameters.ts'

/** The last hour is searched, microseconds: long enough that most logs have a record in it. */
const searched = 3_600_000_000

/** One search for one record proves token, permission and configuration. */
export async function probe({ params, vendor, done }: Probe<PangeaParameters>): Promise<void> {
  const to = vendor.clock.now() * 1000
  const page = await new SecureAuditLog(params, vendor).search({ from: to - searched, to }, 'asc', 1, 1)
  done('credentials', 'Pangea accepts the token, and lets it search')
  done(
    'audit log',
    page.records.count === 0 ? 'no record in the last hour' : `${page.records.count} record read`,
  )
}
