import type { Batch } from '../../delivery/batch.ts'
import type { Source, StreamRun } from '../../delivery/source.ts'
import type { VendorClient } from '../../transport/client.ts'
import { EtdPass } from './collect.ts'
import { definition } from './definition.ts'
import { LinkService } from './links.ts'
import { type EtdParameters, etdParameters } from './parameters.ts'
import { proveTenant } from './probe.ts'

/** One token serves all log types of a run. */
const services = new WeakMap<VendorClient, LinkService>()

function linksOf(vendor: VendorClient, params: EtdParameters): LinkService {
  const known = services.get(vendor) ?? new LinkService(params, vendor)
  services.set(vendor, known)
  return known
}

/** Cisco Secure Email Threat Defense, Log Export API. */
export const source: Source<EtdParameters> = {
  definition,
  resolve: etdParameters,
  streams: (params) => params.logTypes,
  tenant: (params) => ({
    id: `${new URL(params.baseUrl).host} ${params.clientId}`,
    url: params.baseUrl,
    rate: {
      perSecond: params.requestsPerSecond,
      burst: Math.max(1, Math.round(params.requestsPerSecond * 2)),
    },
    perDay: params.requestsPerDay,
  }),
  probe: (probe) => proveTenant(probe, linksOf(probe.vendor, probe.params)),
  async *collect(run: StreamRun<EtdParameters>): AsyncGenerator<Batch, void, void> {
    yield* new EtdPass(run, linksOf(run.vendor, run.params)).batches()
  },
}
