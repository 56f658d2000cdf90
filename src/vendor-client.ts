import { BudgetLedger } from './delivery/budget.ts'
import type { Collection } from './delivery/collection.ts'
import type { InputName } from './delivery/documents.ts'
import type { Tenant } from './delivery/source.ts'
import type { Host } from './host.ts'
import type { Log } from './log.ts'
import type { NetworkSettings } from './transport/agents.ts'
import { createClient, type VendorClient } from './transport/client.ts'
import { VendorClock } from './transport/clock.ts'
import { createQuota } from './transport/quota.ts'
import { vendorRetries } from './transport/retry.ts'

const idleTimeout = 60_000
const largestReply = 64 * 1024 * 1024

/** A client for one vendor account, with its share of the rate limit and the daily budget. */
export async function createVendorClient(options: {
  tenant: Tenant
  network: NetworkSettings
  /** Where the daily budget is kept; a check of the parameters goes without. */
  quota?: Collection
  name: InputName
  host: Host
  log: Log
}): Promise<VendorClient> {
  const { tenant, network, host, log } = options
  const vendorClock = new VendorClock(host.clock, (offset) =>
    log.warn(
      `The clock of this host and the vendor's differ by ${Math.round(Math.abs(offset) / 1000)} s; the vendor's counts. Check NTP on this host.`,
      { action: 'clock_skew', offset_ms: offset },
    ),
  )
  const budget =
    tenant.perDay === undefined || options.quota === undefined
      ? undefined
      : await BudgetLedger.open(options.quota, options.name, tenant.id, tenant.perDay, () =>
          vendorClock.now(),
        )
  return createClient({
    network,
    quota: createQuota(tenant.rate, budget, host.clock, (ms) =>
      log.debug(`Waiting ${ms} ms for the rate limit.`),
    ),
    clock: host.clock,
    vendorClock,
    retry: vendorRetries,
    log,
    signal: host.stopping,
    idleTimeout,
    largestReply,
    userAgent: 'TA-mailtrail',
  })
}
