import { stretchUnit } from '../../delivery/hourly.ts'
import type { CutOff, StampedPage, Window } from '../../delivery/sliced-log.ts'
import type { VendorClient } from '../../transport/client.ts'
import { ChainBroken, type MailTracking, reach, reachReason } from './api.ts'
import { stamp } from './stamp.ts'

/** How often a window is begun anew before it is left for the next run. */
const mostRestarts = 3
/** Kept away from the end of the vendor's reach when a window is begun anew, milliseconds. */
const reachMargin = 60_000

/**
 * All pages of a window. A chain that the vendor breaks off is begun anew: what came before is known by identity.
 * When that, or waiting for an answer, takes so long that the start falls out of reach, a gap says so.
 * @throws {ChainBroken} when the vendor breaks one chain after the other.
 */
export async function* pages(
  tracking: MailTracking,
  logType: string,
  window: Window,
  vendor: VendorClient,
): AsyncGenerator<StampedPage | CutOff, void, void> {
  let { from } = window
  for (let restarts = 0; from <= window.to; restarts++) {
    try {
      return yield* chain(tracking, logType, { from, to: window.to }, vendor)
    } catch (error) {
      if (!(error instanceof ChainBroken) || restarts >= mostRestarts) throw error
      vendor.metrics.retries++
    }
    const oldest = vendor.clock.now() - reach
    if (from >= oldest) continue
    const next = oldest + reachMargin
    yield gap(logType, { from, to: Math.min(next, window.to) })
    from = next
  }
}

async function* chain(
  tracking: MailTracking,
  logType: string,
  window: Window,
  vendor: VendorClient,
): AsyncGenerator<StampedPage | CutOff, void, void> {
  const used = new Set<string>()
  let token: string | undefined
  do {
    const page = await tracking.page(logType, window, token)
    // The vendor leaves out without a word what is older than its reach when it answers.
    const oldest = vendor.clock.now() - reach
    if (token === undefined && window.from < oldest)
      yield gap(logType, { from: window.from, to: Math.min(oldest, window.to) })
    if (page === undefined) return
    yield stamp(page.records)
    token = page.nextToken
    if (token !== undefined && used.has(token)) {
      throw new ChainBroken(
        `Trend Micro gives the same nextToken twice in a chain of pages of ${logType}; the next run begins the chain anew.`,
      )
    }
    if (token !== undefined) used.add(token)
  } while (token !== undefined && token !== '')
}

function gap(stream: string, window: Window): CutOff {
  const unit = stretchUnit(stream, window)
  return {
    unit,
    reason: `${reachReason}: ${unit.name} was out of reach before it could be read.`,
    becomes: 'gap',
  }
}
