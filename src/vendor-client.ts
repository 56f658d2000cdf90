import type { Collection } from './delivery/collection.ts'
import type { InputName } from './delivery/documents.ts'
import { SharedQuota } from './delivery/shared-quota.ts'
import type { Tenant } from './delivery/source.ts'
import type { Host } from './host.ts'
import type { Log } from './log.ts'
import type { NetworkSettings } from './transport/agents.ts'
import { createClient, type VendorClient } from './transport/client.ts'
import { VendorClock } from './transport/clock.ts'
import { createQuota } from './transport/quota.ts'
import { impatientRetries, vendorRetries } from './transport/retry.ts'

const idleTimeout = 60_000
const impatientTimeout = 8_000
const largestReply = 64 * 1024 * 1024

/** A client for one vendor account, and its share of the account's rate limit and daily budget. */
export interface AccountClient {
  readonly vendor: VendorClient
  /** Undefined for a check of the parameters, which goes without. */
  readonly quota: SharedQuota | undefined
  /** Ends connections and gives the rate back to the account's other inputs. */
  close(): Promise<void>
}

export function createVendorClient(options: {
  tenant: Tenant
  network: NetworkSettings
  /** Where the inputs of an account tell each other what they use. */
  quota?: Collection
  name: InputName
  host: Pick<Host, 'clock' | 'stopping'>
  log: Log
  /** Somebody waits for the answer: short timeouts, and one more try at most. */
  impatient?: boolean
}): AccountClient {
  const { tenant, network, name, host, log } = options
  const vendorClock = new VendorClock(host.clock, (offset) =>
    log.warn(
      `The clock of this host and the vendor's differ by ${Math.round(Math.abs(offset) / 1000)} s; the vendor's counts. Check NTP on this host.`,
      { action: 'clock_skew', offset_ms: offset },
    ),
  )
  const quota =
    options.quota &&
    new SharedQuota({
      collection: options.quota,
      name,
      tenant,
      clock: host.clock,
      vendorNow: () => vendorClock.now(),
      onWait: (ms) => log.debug(`Waiting ${ms} ms for the rate limit.`),
    })
  const vendor = createClient({
    network,
    quota: quota ?? createQuota(tenant.rate, host.clock),
    clock: host.clock,
    vendorClock,
    retry: options.impatient ? impatientRetries : vendorRetries,
    log,
    signal: host.stopping,
    idleTimeout: options.impatient ? impatientTimeout : idleTimeout,
    largestReply,
    userAgent: 'TA-mailtrail',
  })
  return {
    vendor,
    quota,
    async close() {
      vendor.close()
      await quota?.close()
    },
  }
}
