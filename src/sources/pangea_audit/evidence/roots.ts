import { MailtrailError, Stopped } from '../../../errors.ts'
import type { Log } from '../../../log.ts'
import type { SecureAuditLog } from '../api.ts'
import type { Root } from '../integrity/index.ts'

/** Roots that are kept at a time; a proof of a large tree has some kilobytes. */
const mostKept = 512

/**
 * The published roots by size, each asked for once. Roots that cannot be had leave checks undone, never a record
 * undelivered.
 */
export class PublishedRoots {
  readonly #audit: SecureAuditLog
  readonly #log: Log
  readonly #known = new Map<number, Root | undefined>()
  readonly #asked = new Set<number>()
  #isRefused = false

  constructor(audit: SecureAuditLog, log: Log) {
    this.#audit = audit
    this.#log = log
  }

  /** The root of that size as far as it is known: the same object each time. */
  readonly get = (size: number): Root | undefined => this.#known.get(size)

  /** Takes a root that came with an answer; one that is known with its proof stays. */
  learn(root: Root): void {
    const known = this.#known.get(root.size)
    if (known === undefined || known.rootHash !== root.rootHash || !known.consistencyProof)
      this.#keep(root.size, root)
  }

  /** Asks for those of these sizes that are not known with their proofs. */
  async load(sizes: Iterable<number>): Promise<void> {
    for (const size of sizes) await this.find(size)
  }

  /** The root of that size, asked for once a run. */
  async find(size: number): Promise<Root | undefined> {
    if (!this.#known.get(size)?.consistencyProof && !this.#asked.has(size)) await this.ask(size)
    return this.#known.get(size)
  }

  /** Asks the vendor, whatever is known. @param size of the newest root when left out */
  async ask(size?: number): Promise<Root | undefined> {
    if (this.#isRefused) return size === undefined ? undefined : this.#known.get(size)
    try {
      const root = await this.#audit.root(size)
      if (size === undefined) return root
      this.#asked.add(size)
      this.#keep(size, root ?? this.#known.get(size))
      return root
    } catch (error) {
      if (error instanceof Stopped || !(error instanceof MailtrailError)) throw error
      this.#isRefused = true
      this.#log.warn(`Consistency and history are not checked in this run: ${error.message}`, {
        action: 'integrity',
      })
      return undefined
    }
  }

  #keep(size: number, root: Root | undefined): void {
    this.#known.delete(size)
    this.#known.set(size, root)
    const [oldest] = this.#known.keys()
    if (this.#known.size <= mostKept || oldest === undefined) return
    this.#known.delete(oldest)
    this.#asked.delete(oldest)
  }
}
