import type { Batch, StateChange } from '../../../delivery/batch.ts'
import type { Company, CutOff, StampedPage } from '../../../delivery/sliced-log.ts'
import type { StreamRun } from '../../../delivery/source.ts'
import { Identities } from '../../../records/identities.ts'
import type { AuditPage, SecureAuditLog } from '../api.ts'
import type { PangeaParameters } from '../parameters.ts'
import type { RangeReader } from '../search.ts'
import { integrityText, receivedTimes } from '../stamp.ts'
import { Arweave } from './arweave.ts'
import { buffersKey, PublishedBuffers } from './buffers.ts'
import { RootConfirmation, unconfirmedKey } from './confirmation.ts'
import { type Finding, failureFinding, notices } from './finding.ts'
import { historyKey, RootHistory } from './history.ts'
import { findHoles } from './holes.ts'
import { checkAgain, type LateRecords } from './late.ts'
import { PublishedRoots } from './roots.ts'
import { Tally } from './tally.ts'
import { UnpublishedRecords } from './unpublished.ts'
import { PageVerifier, type VerifiedPage } from './verified-page.ts'

/** What is read, without which lists of records mean nothing. */
const scopeKey = 'scope'

/**
 * Tamper evidence of a run: verifies every page, follows the published roots, looks for records that are missing, and
 * checks again what was not published when it came.
 */
export class Evidence {
  readonly #run: StreamRun<PangeaParameters>
  readonly #reader: RangeReader
  readonly #roots: PublishedRoots
  readonly #verifier: PageVerifier
  readonly #history: RootHistory
  readonly #unpublished: UnpublishedRecords
  readonly #buffers: PublishedBuffers
  readonly #confirmation: RootConfirmation | undefined
  readonly #tally = new Tally()
  readonly #opening: readonly StateChange[]

  constructor(run: StreamRun<PangeaParameters>, audit: SecureAuditLog, reader: RangeReader) {
    this.#run = run
    this.#reader = reader
    this.#roots = new PublishedRoots(audit, run.log)
    this.#verifier = new PageVerifier(this.#roots, run.params.signingKeys)
    this.#history = new RootHistory(this.#roots, run.state(historyKey))
    const { arweaveUrl } = run.params
    this.#confirmation =
      arweaveUrl === undefined
        ? undefined
        : new RootConfirmation(new Arweave(arweaveUrl, run.vendor), run.log, run.state(unconfirmedKey))
    const scope = scopeOf(run.params)
    const isSame = run.state(scopeKey) === scope
    this.#unpublished = new UnpublishedRecords(isSame ? run.stateKeys() : [], (key) => run.state(key))
    this.#buffers = new PublishedBuffers(isSame ? run.state(buffersKey) : undefined)
    this.#opening = isSame ? [] : [...forgotten(run), { key: scopeKey, value: scope }]
  }

  /** To be committed first. */
  *begin(): Generator<Batch, void, void> {
    if (this.#opening.length > 0) yield { state: this.#opening }
  }

  /** A page with the outcomes of its checks. */
  async *page(page: AuditPage): AsyncGenerator<StampedPage | Company, void, void> {
    const verified = await this.#verifier.verify(page)
    yield this.#stamped(verified, (rows) => this.#take(verified, rows))
    yield* this.#follow(page)
  }

  /** Everything received before this time (epoch milliseconds) has come, unless it comes later than the overlap. */
  async *settled(time: number): AsyncGenerator<StampedPage | CutOff | Company, void, void> {
    yield* this.#checkAgain()
    yield* this.#confirm()
    const newest = this.#history.newest
    if (this.#run.params.query !== '' || newest === undefined) return
    const holes = findHoles({
      until: Math.min(time, this.#unpublished.earliest / 1000),
      newest,
      stream: this.#run.stream,
      now: this.#now(),
      roots: this.#roots,
      buffers: this.#buffers,
      reader: this.#reader,
      verifier: this.#verifier,
    })
    for await (const part of holes) {
      if ('late' in part) yield this.#late(part)
      else if ('length' in part) yield this.#company(part)
      else yield part
    }
  }

  /** Checks again what was delivered before its root was published. */
  async *#checkAgain(): AsyncGenerator<StampedPage | Company, void, void> {
    if (this.#unpublished.groups.length === 0) return
    const newest = this.#history.newest ?? (await this.#roots.ask())
    for (const group of [...this.#unpublished.groups]) {
      const found = checkAgain(group, newest, {
        reader: this.#reader,
        verifier: this.#verifier,
        buffers: this.#buffers,
        now: this.#now(),
      })
      for await (const part of found) {
        this.#unpublished.update(group)
        yield 'late' in part ? this.#late(part) : this.#company(part)
      }
    }
  }

  async *#confirm(): AsyncGenerator<Company, void, void> {
    const findings = await this.#confirmation?.ask(this.#now())
    if (findings) yield this.#company(findings)
  }

  #late({ page, late }: LateRecords): StampedPage {
    const skip = new Uint8Array(page.page.records.count).fill(1)
    for (const row of late) skip[row] = 0
    return { ...this.#stamped(page, (rows) => this.#failures(page, rows)), skip }
  }

  /** One line for the whole run, a warning where anything is wrong. */
  summarise(): void {
    this.#tally.log(this.#run.log, this.#run.stream)
  }

  async *#follow({ root }: AuditPage): AsyncGenerator<Company, void, void> {
    if (root === undefined) return
    this.#roots.learn(root)
    const findings = await this.#history.follow(root)
    if (findings === undefined) return
    this.#confirmation?.add(findings, this.#now())
    const { notices: events, state = [] } = this.#company(findings)
    yield {
      ...(events && { notices: events }),
      state: [...state, { key: historyKey, value: this.#history.document() }],
    }
  }

  #stamped(page: VerifiedPage, accompany: (rows: readonly number[]) => Company): StampedPage {
    const { records } = page.page
    const extras = page.verdicts.map((verdict) =>
      verdict === undefined
        ? ''
        : integrityText(verdict.hash, verdict.signature, verdict.membership, verdict.consistency),
    )
    return { records, times: receivedTimes(records), ids: Identities.of(page.ids), extras, accompany }
  }

  /** Takes the records of a page that are delivered into account. */
  #take(page: VerifiedPage, rows: readonly number[]): Company {
    for (const row of rows) {
      const verdict = page.verdicts[row]
      const [id = '', receivedAt = Number.NaN] = [page.ids[row], page.receivedAt[row]]
      if (verdict === undefined || Number.isNaN(receivedAt)) continue
      if (verdict.published) this.#buffers.take(verdict, page.page.root, receivedAt)
      else if (verdict.hash !== 'none' && !page.isImported(row)) this.#await(id, receivedAt, page.page)
    }
    return this.#failures(page, rows)
  }

  #await(id: string, receivedAt: number, { root, unpublishedRoot }: AuditPage): void {
    // Where there is no tree at all, none will be published.
    if (root === undefined && unpublishedRoot === undefined) return
    if (this.#unpublished.add(id, receivedAt, root?.size ?? 0, this.#now())) return
    this.#tally.overlooked++
    this.#buffers.overlook(receivedAt)
  }

  #failures(page: VerifiedPage, rows: readonly number[]): Company {
    const findings: Finding[] = []
    for (const row of rows) {
      const verdict = page.verdicts[row]
      if (verdict === undefined) continue
      this.#tally.record(verdict)
      for (const failure of verdict.failures) findings.push(failureFinding(failure, page.about(row)))
    }
    return this.#company(findings)
  }

  /** Findings as events, and what has changed of the state. */
  #company(findings: readonly Finding[]): Company {
    this.#tally.add(findings)
    const events = notices(findings, this.#now())
    return {
      ...(events && { notices: events }),
      state: [
        ...this.#unpublished.changes(),
        { key: buffersKey, value: this.#buffers.document() },
        ...(this.#confirmation ? [{ key: unconfirmedKey, value: this.#confirmation.document }] : []),
      ],
    }
  }

  #now(): number {
    return this.#run.vendor.clock.now()
  }
}

/** Deletes what cannot be gone on with: after a time without verification records are missing from the lists. */
export const forgotten = (run: StreamRun<PangeaParameters>): StateChange[] =>
  run
    .stateKeys()
    .filter((key) => key === scopeKey || key === buffersKey || key.startsWith('unpublished/'))
    .map((key) => ({ key, value: undefined }))

const scopeOf = ({ baseUrl, configId, query }: PangeaParameters): string =>
  JSON.stringify([baseUrl, configId ?? '', query])
