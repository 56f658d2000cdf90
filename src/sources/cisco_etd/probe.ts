import type { Probe } from '../../delivery/source.ts'
import { Misconfigured, UnitUnavailable } from '../../errors.ts'
import { RecordReader } from '../../records/reader.ts'
import type { VendorClient } from '../../transport/client.ts'
import { beginning, download } from './download.ts'
import { hour, hourOf, hoursPerRequest } from './hours.ts'
import type { LinkService } from './links.ts'
import type { LogObject } from './object.ts'
import type { EtdParameters } from './parameters.ts'
import { members } from './stamp.ts'

/** Hours back from now at which windows end: a whole day, then the same hours of the week before. */
const windowsBack = [0, 3, 6, 9, 12, 15, 18, 21, 24, 48, 72, 96, 120, 144]
/** After so long the windows that were seen must do, milliseconds: a validation has 14 s in all. */
const searchTime = 7_000

/** Token, permission, export of each log type, and one record from the object storage. */
export async function proveTenant(
  { params, vendor, done }: Probe<EtdParameters>,
  links: LinkService,
): Promise<void> {
  await links.authenticate()
  done('credentials', 'Cisco ETD accepts client_id, client_secret and api_key')
  const search = new ExportSearch(links, vendor)
  for (const logType of params.logTypes) await search.look(logType, windowsBack.slice(0, 1))
  done('permission', 'the API client may list log files')
  for (const logType of params.logTypes) {
    await search.look(logType, windowsBack.slice(1))
    done(`export of ${logType}`, search.verdict(logType))
  }
  const object = search.newest
  if (object === undefined) return
  done('one record', await readOne(vendor, object))
}

/** What the answers for several windows say about which log types are exported. */
class ExportSearch {
  readonly #links: LinkService
  readonly #vendor: VendorClient
  readonly #until: number
  readonly #named = new Set<string>()
  readonly #leftOut = new Set<string>()
  readonly #withFiles = new Set<string>()
  newest: LogObject | undefined

  constructor(links: LinkService, vendor: VendorClient) {
    this.#links = links
    this.#vendor = vendor
    this.#until = vendor.clock.now() + searchTime
  }

  async look(logType: string, hoursBack: readonly number[]): Promise<void> {
    for (const back of hoursBack) {
      const now = this.#vendor.clock.now()
      if (this.#named.has(logType) || now > this.#until) return
      const end = hourOf(now) - back * hour
      const { known, objects } = await this.#links.list(logType, end - hoursPerRequest * hour, end)
      ;(known ? this.#named : this.#leftOut).add(logType)
      if (objects.length > 0) this.#withFiles.add(logType)
      this.newest ??= objects.at(-1)
    }
  }

  /**
   * The vendor does not say what it answers for a log type that is switched off. One that answers name, perhaps with
   * no files, is on. One that no answer of a whole day names is off, unless the vendor is seen to leave a type out
   * for hours without files.
   * @throws {Misconfigured} when the export is off.
   */
  verdict(logType: string): string {
    if (this.#withFiles.has(logType)) return 'it is on, and there are files'
    if (this.#named.has(logType)) return 'it is on; no files in the last hours'
    const leavesOut = [...this.#leftOut].some((other) => this.#named.has(other))
    if (leavesOut) return 'no files in the last day, which may be a quiet one'
    throw new Misconfigured(
      `Cisco ETD accepts the credentials, but exports no ${logType} logs: none of the last day. Switch them on under Administration > ` +
        'Business > Export Log Preferences, or take the type out of log_types. Exports begin 20 minutes after they are switched on.',
      { category: 'Permission Error' },
    )
  }
}

/** Reads the first record of a file, and no more. */
async function readOne(vendor: VendorClient, object: LogObject): Promise<string> {
  try {
    for await (const { records } of download(vendor, object, beginning, new RecordReader({ members }))) {
      return `${records.count} records read from ${new URL(object.url).host}`
    }
  } catch (error) {
    // Its storage was reached and answered: one file that cannot be had is for a run to deal with.
    if (!(error instanceof UnitUnavailable)) throw error
    return error.message
  }
  return `an empty file read from ${new URL(object.url).host}`
}
