import { StagedInput, type StagedSettings } from '../scenarios/harness.ts'
import {
  type KvDocument,
  passwordName,
  type Run,
  type RunResult,
  type Splunkd,
  type StartOptions,
  type StreamEvent,
} from '../standins/splunkd/index.ts'
import type { Comparison, Received } from '../standins/vendor/oracle.ts'
import type { FaultVendor } from './vendors/vendor.ts'

export const appId = 'TA-mailtrail'
/** The most events that one kill may repeat. */
export const batch = 5_000
/** No run of the suite takes so long unless it hangs, milliseconds. */
const longestRun = 10 * 60_000

/** How one run ended, and how many of its events had been written before. */
export interface RunOutcome extends RunResult {
  readonly repeats: number
}

/** One input under test: its vendor, its runs on either head, and every event that it ever wrote. */
export class Subject {
  readonly stanza: string
  readonly name: string
  readonly scheme: string
  readonly vendor: FaultVendor
  /** Events that had been written before, over all runs. */
  repeated = 0
  /** What must never happen, in words. */
  readonly flaws: string[] = []
  readonly #heads: readonly Splunkd[]
  readonly #staged: StagedSettings
  readonly #taker: StagedInput
  /** Every `mailtrail.id` so far. */
  readonly #known = new Set<string>()
  readonly #received: Received[] = []
  #follower: ((received: Received) => void) | undefined

  constructor(
    heads: readonly Splunkd[],
    vendor: FaultVendor,
    name: string,
    settings: Readonly<Record<string, string>>,
  ) {
    const [first] = heads
    if (first === undefined) throw new Error('a subject needs a head')
    this.#heads = heads
    this.vendor = vendor
    this.name = name
    this.#staged = vendor.staged(settings)
    this.scheme = this.#staged.scheme
    this.stanza = `${this.scheme}://${name}`
    this.#taker = new StagedInput(first, this.scheme, name)
    this.#taker.onReceived = (received) => this.#receive(received)
    for (const [secret, password] of Object.entries(this.#staged.secrets)) {
      const realm = `${appId}:${this.scheme}`
      first.passwords.add({ realm, username: `${name}:${secret}`, password, app: appId })
    }
    this.#write('********')
  }

  /** Writes the stanza with its secrets in clear text and takes them out of splunkd's store, as on a new host. */
  unmask(): void {
    const passwords = this.#heads[0]?.passwords
    for (const { realm, username } of passwords?.seenFrom(appId) ?? []) {
      if (username.startsWith(`${this.name}:`)) passwords?.remove(appId, passwordName(realm, username))
    }
    this.#write(undefined)
  }

  #write(mask: string | undefined): void {
    const { settings, secrets } = this.#staged
    const shown = Object.fromEntries(Object.entries(secrets).map(([name, value]) => [name, mask ?? value]))
    for (const head of this.#heads) head.writeStanza(this.stanza, { ...settings, ...shown })
  }

  take(event: StreamEvent): void {
    this.#taker.take(event)
  }

  #receive(received: Received): void {
    // The add-on's own findings are no records of a vendor.
    if (received.sourcetype === 'mailtrail:integrity') return
    if (this.#follower) this.#follower({ ...received, text: this.vendor.asServed(received.text) })
    else this.#received.push(received)
    if (received.id === undefined) return
    if (this.#known.has(received.id)) this.repeated++
    this.#known.add(received.id)
  }

  start(options: StartOptions = {}, head = 0): Run {
    const splunkd = this.#heads[head]
    if (splunkd === undefined) throw new Error(`there is no head ${head}`)
    return splunkd.startRun(this.stanza, options)
  }

  /** One run that `act` may disturb once it has begun. */
  async run(
    act: (run: Run) => void = () => undefined,
    options: StartOptions = {},
    head = 0,
  ): Promise<RunOutcome> {
    const before = this.repeated
    const run = this.start(options, head)
    const watchdog = setTimeout(() => {
      this.flaws.push(`${this.stanza}: a run did not end: ${run.bytes} bytes, ${run.stderr.at(-1)}`)
      run.kill('SIGKILL')
    }, longestRun)
    act(run)
    const result = await run.finished
    clearTimeout(watchdog)
    return { ...result, repeats: this.repeated - before }
  }

  /** Passes until one is complete; what keeps it from that for `most` passes is a flaw. */
  async complete(most = 3, head = 0): Promise<RunOutcome> {
    for (let pass = 1; ; pass++) {
      const outcome = await this.run(undefined, {}, head)
      if (outcome.exitCode === 0 && !outcome.restartRequested) return outcome
      if (pass < most) continue
      this.flaws.push(`${this.stanza}: no complete pass: exit ${outcome.exitCode}, ${outcome.stderr.at(-1)}`)
      return outcome
    }
  }

  /** Everything that was written by now against everything that the vendor served. */
  async compare(): Promise<Comparison> {
    const { vendor } = this
    const result = await vendor.oracle.compare(
      this.#received.map((one) => ({ ...one, text: vendor.asServed(one.text) })),
    )
    for (const kind of [
      'altered',
      'unexpected',
      'wrongTime',
      'wrongSource',
      'wrongStream',
      'wrongId',
    ] as const) {
      if (result[kind] === 0) continue
      const example = result.findings.find((finding) => finding.kind === kind)
      this.flaws.push(
        `${this.stanza}: ${kind} ${result[kind]}: ${example?.detail} ${example?.text.slice(0, 200)}`,
      )
    }
    for (const finding of result.findings) {
      if (finding.kind === 'lost') this.flaws.push(`${this.stanza}: lost: ${finding.text.slice(0, 200)}`)
    }
    return result
  }

  /** From now on records are told as they come, and not kept. */
  follow(onReceived: (received: Received) => void): void {
    this.#follower = onReceived
  }

  forgetIds(): void {
    this.#known.clear()
  }

  documents(collection: string): KvDocument[] {
    return this.#taker.documents(collection)
  }

  /** Puts a document of this input as if another program had written it. */
  put(collection: string, document: KvDocument): void {
    this.#heads[0]?.kv.collection(appId, collection).put(document._key, document)
  }

  /** The lease looks as if its owner had not been heard of for 90 s. */
  expireLease(): void {
    for (const lease of this.documents('mailtrail_leases'))
      this.put('mailtrail_leases', { ...lease, expires: Date.now() - 1 })
  }
}
