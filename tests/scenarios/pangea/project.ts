import { fillLog } from '../../standins/pangea/fill.ts'
import type { LogSettings } from '../../standins/pangea/log.ts'
import { PangeaStandin } from '../../standins/pangea/pangea.ts'
import type { PangeaSettings } from '../../standins/pangea/settings.ts'
import { Clock } from '../../standins/vendor/clock.ts'
import type { Received } from '../../standins/vendor/oracle.ts'
import type { StagedInput, StagedSettings } from '../harness.ts'

/** The vendor's now when a scenario begins. */
export const scenarioNow = Date.parse('2026-03-10T12:34:56Z')

/**
 * A Pangea project with a clock of its own, which begins at `scenarioNow` and moves only when told to: what is due does
 * not depend on how busy the machine is.
 */
export async function startProject(
  settings: Partial<PangeaSettings> = {},
  log: Partial<LogSettings> = {},
): Promise<PangeaStandin> {
  const pangea = new PangeaStandin({ clock: Clock.frozen(scenarioNow), seed: 5, settings, log })
  await pangea.start()
  return pangea
}

/** Records received all through a time; those after the vendor's now are found only then. */
export function fill(pangea: PangeaStandin, from: number, to: number, records: number, seed = 1): void {
  fillLog(pangea.log, { seed, from, to, records, sameMicrosecondEvery: 40, largeEvery: 997 })
}

/** The stanza for a project, with further settings. */
export const pangeaInput = (
  pangea: PangeaStandin,
  settings: Readonly<Record<string, string>> = {},
): StagedSettings => ({
  scheme: 'pangea_audit',
  settings: { base_url: pangea.url, ...settings },
  secrets: { token: pangea.token },
})

/** An event of sourcetype `mailtrail:integrity`. */
export interface FoundEvent {
  readonly finding: string
  readonly severity: string
  readonly description: string
  readonly record_id?: string
  readonly leaf_index?: number
  readonly tree_size?: number
  readonly root_hash?: string
  readonly expected?: string
  readonly found?: string
  /** `mailtrail.id` of the event itself. */
  readonly id: string
}

/** Keeps the findings of an input apart from its records, which are made comparable with the oracle's. */
export function sortEvents(input: StagedInput, pangea: PangeaStandin): FoundEvent[] {
  const findings: FoundEvent[] = []
  input.onReceived = (received) => {
    const record = asRecord(received, pangea)
    if (record) input.received.push(record)
    else findings.push({ ...JSON.parse(received.text), id: received.id ?? '' })
  }
  return findings
}

/** What the oracle knows of a record: what stays the same of it when its root is published. Undefined for findings. */
export const asRecord = (received: Received, pangea: PangeaStandin): Received | undefined =>
  received.sourcetype === 'mailtrail:integrity'
    ? undefined
    : { ...received, text: pangea.received(received.text) }

/** How many findings there are of each kind, those that only inform left out. */
export function alarms(findings: readonly FoundEvent[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { finding, severity } of findings) {
    if (severity !== 'informational') counts[finding] = (counts[finding] ?? 0) + 1
  }
  return counts
}
