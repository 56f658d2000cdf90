import { KvStore, type LoggedRequest, Passwords, Splunkd } from '../standins/splunkd/index.ts'
import type { Clock } from '../standins/vendor/clock.ts'
import { Subject } from './subject.ts'
import type { FaultVendor, VendorKind } from './vendors/vendor.ts'

/** The two search heads of a lane, as lease documents name them. */
export const hosts = ['one.example.com', 'two.example.com'] as const

/** Two search heads that share a KV store, with the built package on both. Cases use a lane one after the other. */
export class Lane {
  readonly heads: readonly [Splunkd, Splunkd]
  readonly #subjects: Subject[]
  readonly #vendors: FaultVendor[] = []
  #inputs = 0

  private constructor(heads: readonly [Splunkd, Splunkd], subjects: Subject[]) {
    this.#subjects = subjects
    this.heads = heads
  }

  /** @param builtPackage path of the `.spl` to install, or of what it holds */
  static async open(builtPackage: string): Promise<Lane> {
    const shared = { kv: new KvStore(), passwords: new Passwords() }
    const subjects: Subject[] = []
    const head = async (serverHost: string): Promise<Splunkd> => {
      const splunkd = await Splunkd.start({
        ...shared,
        serverHost,
        events: {
          keep: false,
          onEvent: (event) => subjects.find(({ stanza }) => stanza === event.stanza)?.take(event),
        },
      })
      await splunkd.install(builtPackage)
      return splunkd
    }
    return new Lane([await head(hosts[0]), await head(hosts[1])], subjects)
  }

  /** An input that collects from a vendor of its own, on both heads. */
  async subject(
    kind: VendorKind,
    options: { seed: number; clock: Clock; settings?: Readonly<Record<string, string>> },
  ): Promise<Subject> {
    const vendor = await kind.open(options.seed, options.clock)
    this.#vendors.push(vendor)
    const subject = new Subject(this.heads, vendor, `faults-${++this.#inputs}`, options.settings ?? {})
    this.#subjects.push(subject)
    return subject
  }

  get kv(): KvStore {
    return this.heads[0].kv
  }

  /** Requests that both heads answered since the case began. */
  get requests(): readonly LoggedRequest[] {
    return this.heads.flatMap(({ requests }) => requests)
  }

  /** Ends a case: no more faults, and nothing is left of its inputs. Gives what broke the event streams. */
  async clear(): Promise<string[]> {
    const violations = this.heads.flatMap(({ events }) => events.violations.splice(0))
    for (const head of this.heads) {
      head.faults.clear()
      await Promise.all([...head.running].map((run) => run.stop(1_000)))
      head.forget()
    }
    await Promise.all(this.#vendors.splice(0).map((vendor) => vendor.stop()))
    this.#subjects.length = 0
    this.kv.status = 'ready'
    return violations
  }

  async close(): Promise<void> {
    await this.clear()
    await Promise.all(this.heads.map((head) => head.stop()))
  }
}
