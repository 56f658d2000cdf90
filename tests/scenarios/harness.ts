import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { unpackedPackage } from '../built-package.ts'
import {
  type KvDocument,
  type RunResult,
  Splunkd,
  type SplunkdOptions,
  type StartOptions,
  type StreamEvent,
} from '../standins/splunkd/index.ts'
import type { Comparison, Oracle, Received } from '../standins/vendor/oracle.ts'
import { readEvent } from '../standins/vendor/received.ts'

export const appId = 'TA-mailtrail'

/** What a stanza is made of. Secrets stand apart because splunkd keeps them apart. */
export interface StagedSettings {
  readonly scheme: string
  readonly settings: Readonly<Record<string, string>>
  readonly secrets: Readonly<Record<string, string>>
}

/** What the completeness ledger says of one unit, as it is stored. */
export interface LedgerDocument extends KvDocument {
  readonly stream: string
  readonly unit: string
  readonly from: string
  readonly to: string
  readonly state: string
  readonly events: number
  readonly reason: string
}

/** A stand-in splunkd with the built package installed, on which inputs are created and run. */
export class Stage {
  readonly splunkd: Splunkd
  readonly #inputs: Map<string, StagedInput>

  private constructor(splunkd: Splunkd, inputs: Map<string, StagedInput>) {
    this.splunkd = splunkd
    this.#inputs = inputs
  }

  /** @param app a package to install, or the directory into which one was unpacked */
  static async open(options: SplunkdOptions = {}, app = unpackedPackage): Promise<Stage> {
    const inputs = new Map<string, StagedInput>()
    const onEvent = (event: StreamEvent) => inputs.get(event.stanza ?? '')?.take(event)
    const splunkd = await Splunkd.start({ ...options, events: { keep: false, ...options.events, onEvent } })
    await splunkd.install(app)
    return new Stage(splunkd, inputs)
  }

  /**
   * Creates an input as an administrator with an editor does. Its secrets are stored and masked already, as after a
   * first run; with `inClearText` they stand in the stanza, as after an edit.
   */
  input(staged: StagedSettings, options: { inClearText?: boolean; name?: string } = {}): StagedInput {
    const input = this.watch(staged.scheme, options.name ?? `scenario-${this.#inputs.size + 1}`)
    if (options.inClearText) {
      this.splunkd.writeStanza(input.stanza, { ...staged.settings, ...staged.secrets })
      return input
    }
    for (const [secret, password] of Object.entries(staged.secrets)) {
      const realm = `${appId}:${staged.scheme}`
      this.splunkd.passwords.add({ realm, username: `${input.name}:${secret}`, password, app: appId })
    }
    const masked = Object.fromEntries(Object.keys(staged.secrets).map((secret) => [secret, '********']))
    this.splunkd.writeStanza(input.stanza, { ...staged.settings, ...masked })
    return input
  }

  /** Takes the events of an input that is created otherwise. */
  watch(scheme: string, name: string): StagedInput {
    const input = new StagedInput(this.splunkd, scheme, name)
    this.#inputs.set(input.stanza, input)
    return input
  }

  async close(): Promise<void> {
    await this.splunkd.stop()
  }
}

/** One input on a stage: its runs, what it delivered, and its state. */
export class StagedInput {
  readonly stanza: string
  readonly name: string
  readonly scheme: string
  /** Every event of this input, in the order of arrival. */
  readonly received: Received[] = []
  /** Events that a process wrote; a test that counts millions takes them here instead of `received`. */
  onReceived: (received: Received) => void = (received) => this.received.push(received)
  readonly #splunkd: Splunkd

  constructor(splunkd: Splunkd, scheme: string, name: string) {
    this.#splunkd = splunkd
    this.scheme = scheme
    this.name = name
    this.stanza = `${scheme}://${name}`
  }

  /** Takes an event apart. One that the contract does not allow arrives as a text that no vendor served. */
  take(event: StreamEvent): void {
    const data = event.data.toString('utf8')
    try {
      this.onReceived(received(event, data, this.name))
    } catch (error) {
      this.onReceived({
        text: `${error instanceof Error ? error.message : error}: ${data}`,
        source: event.source,
      })
    }
  }

  /** One pass: a run, and another where the run masked its own stanza. */
  pass(options: StartOptions = {}): Promise<RunResult> {
    return this.#splunkd.runToEnd(this.stanza, options)
  }

  /** What was delivered by now against what the vendor serves. */
  async compare(oracle: Oracle): Promise<Comparison> {
    const result = await oracle.compare(this.received)
    return { ...result, findings: result.findings.map((one) => ({ ...one, text: one.text.slice(0, 200) })) }
  }

  /** Documents of this input in a collection of the add-on. */
  documents(collection: string): KvDocument[] {
    const all = this.#splunkd.kv.collection(appId, collection).all()
    return all.filter((document) => document.scheme === this.scheme && document.input === this.name)
  }

  /** Rows of the completeness ledger, those of one state where one is given, in the order of their times. */
  ledger(state?: string): LedgerDocument[] {
    return this.documents('mailtrail_ledger')
      .filter(isLedgerDocument)
      .filter((row) => state === undefined || row.state === state)
      .sort((a, b) => a.from.localeCompare(b.from) || a.unit.localeCompare(b.unit))
  }

  /** An administrator edits a row of the ledger. */
  editLedger(row: LedgerDocument, change: Partial<LedgerDocument>): void {
    this.#splunkd.kv.collection(appId, 'mailtrail_ledger').put(row._key, { ...row, ...change })
  }

  /** Something else puts its own document in the place of a row. */
  replaceLedger(key: string, document: object): void {
    this.#splunkd.kv.collection(appId, 'mailtrail_ledger').put(key, document)
  }

  /** Lines of the add-on's log file that concern this input. */
  log(): string[] {
    const file = join(this.#splunkd.home, 'var/log/splunk', `ta_mailtrail_${this.scheme}.log`)
    if (!existsSync(file)) return []
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line.includes(this.stanza))
  }
}

/** @throws Error for an event that the contract does not allow, whatever the vendor served */
function received(event: StreamEvent, data: string, input: string): Received {
  if (!event.unbroken || !event.done) throw new Error('not marked as a whole event')
  if (event.time !== undefined && !/^-?\d+\.\d{3}$/.test(event.time))
    throw new Error(`a time of other than three decimals, ${event.time}`)
  const { text, stamp } = readEvent(data)
  if (stamp.input !== input || !/^[0-9a-f]{32,}$/.test(stamp.id ?? ''))
    throw new Error(`not the stamp of input ${input}`)
  const time = event.time === undefined ? undefined : Math.round(Number(event.time) * 1000)
  const { source, sourcetype } = event
  return { text, time, source, sourcetype, stream: stamp.stream, id: stamp.id }
}

const isLedgerDocument = (document: KvDocument): document is LedgerDocument =>
  typeof document.unit === 'string' &&
  typeof document.from === 'string' &&
  typeof document.events === 'number'

/** What a comparison says when nothing is wrong. */
export const flawless = {
  lost: 0,
  repeated: 0,
  altered: 0,
  unexpected: 0,
  wrongTime: 0,
  wrongSource: 0,
  wrongSourcetype: 0,
  wrongStream: 0,
  wrongId: 0,
  findings: [],
}

/** Secrets for a test that looks for them afterwards: no other text holds them. */
export const unmistakable = (): string => `never-to-be-seen-${randomUUID()}`
