import * as z from 'zod'
import { StateUnavailable } from '../errors.ts'
import type { Clock } from '../transport/clock.ts'
import {
  type Collection,
  documentKey,
  documentVersion,
  type Fence,
  type StoredDocument,
} from './collection.ts'
import { type InputName, readDocument } from './documents.ts'

/** How long a lease holds without renewal, milliseconds. */
export const leaseLife = 90_000
/** Age at which it is renewed: three chances before it runs out; milliseconds. */
const renewAt = 25_000
/**
 * How long a look at the lease is trusted, milliseconds: a process that was stopped in between looks again before it
 * saves anything, and so does one whose store was wiped.
 */
const trustedFor = 1_000

const leaseDocument = z.looseObject({
  _key: z.string(),
  fence: z.number().int().positive(),
  owner: z.string(),
  host: z.string(),
  pid: z.number().int(),
  started: z.string(),
  expires: z.number(),
})
type LeaseDocument = z.infer<typeof leaseDocument>

/** This process, as a lease names it. */
export interface Owner {
  /** Unique for each process ever. */
  readonly id: string
  /** The `server_host` of the stdin document. */
  readonly host: string
  readonly pid: number
  /** Tells processes with a recycled process number apart. */
  readonly started: string
  /** Whether a process of this host is the one that a lease names. */
  isAlive(pid: number, started: string): boolean
}

/** Another process collects for this stanza. */
export class HeldElsewhere extends Error {
  override readonly name = 'HeldElsewhere'
}

/** Another process has taken over, because this one was not heard of for too long, or the store has lost the lease. */
export class LeaseLost extends StateUnavailable {
  constructor() {
    super('This process no longer owns its input (another has taken over); it stops without saving more.')
  }
}

/**
 * One collector per stanza. Each lease is a document of its own whose key holds its fencing number: inserting the
 * next number is the store's only atomic step, and so decides between those who take over at once. Between one who
 * takes over and an owner who renews late, the order decides: each writes first and looks then, so that at least one
 * sees the other and gives up.
 */
export class Lease implements Fence {
  readonly number: number
  readonly #collection: Collection
  readonly #name: InputName
  readonly #owner: Owner
  readonly #clock: Clock
  #renewed: number
  #confirmed: number
  #lost = false

  private constructor(collection: Collection, name: InputName, owner: Owner, clock: Clock, number: number) {
    this.#collection = collection
    this.#name = name
    this.#owner = owner
    this.#clock = clock
    this.number = number
    this.#renewed = clock.now()
    this.#confirmed = this.#renewed
  }

  /**
   * Takes the lease if it is free, if its owner is dead (seen from the same host), or if it has run out.
   * @throws {HeldElsewhere} when another process collects.
   */
  static async acquire(collection: Collection, name: InputName, owner: Owner, clock: Clock): Promise<Lease> {
    const former = (await leases(collection, name)).at(-1)
    if (former && isHeld(former, owner, clock.now())) throw heldBy(former)
    const lease = new Lease(collection, name, owner, clock, (former?.fence ?? 0) + 1)
    const inserted = await collection.insert(lease.#document())
    const found = await leases(collection, name)
    const latest = found.at(-1)
    // An answer that was lost on the way makes the second try meet its own document.
    const rival =
      latest?.owner === owner.id
        ? found.find(({ fence, owner: id }) => fence === former?.fence && id !== owner.id)
        : latest
    if (latest?.owner !== owner.id || (rival && isHeld(rival, owner, clock.now()))) {
      if (inserted) await collection.delete({ ...name, fence: lease.number, owner: owner.id })
      throw rival ? heldBy(rival) : new HeldElsewhere('Another process has just taken this input.')
    }
    await collection.delete({ ...name, fence: { $lt: lease.number } })
    return lease
  }

  /** @throws {LeaseLost} when another process has taken over. */
  async assertHeld(): Promise<void> {
    if (this.#lost) throw new LeaseLost()
    if (Math.abs(this.#clock.now() - this.#confirmed) >= trustedFor) await this.#confirm()
  }

  /** Keeps the lease while a pass goes on; call it every few seconds. @throws {LeaseLost} */
  async keep(): Promise<void> {
    if (!this.#lost && this.#isDue()) await this.#confirm()
  }

  /** Lets the next process in at once. */
  async release(): Promise<void> {
    if (this.#lost) return
    await this.#mustBeLatest()
    await this.#collection.save([{ ...this.#document(), expires: 0 }])
  }

  #isDue(): boolean {
    return Math.abs(this.#clock.now() - this.#renewed) >= renewAt
  }

  async #confirm(): Promise<void> {
    const asked = this.#clock.now()
    await this.#mustBeLatest()
    if (this.#isDue()) {
      await this.#collection.save([this.#document()])
      this.#renewed = asked
      await this.#mustBeLatest()
    }
    this.#confirmed = asked
  }

  async #mustBeLatest(): Promise<void> {
    const latest = (await leases(this.#collection, this.#name)).at(-1)
    if (latest?.owner === this.#owner.id) return
    this.#lost = true
    throw new LeaseLost()
  }

  #document(): StoredDocument {
    const { id, host, pid, started } = this.#owner
    return {
      _key: documentKey(this.#name.scheme, this.#name.input, 'lease', String(this.number)),
      v: documentVersion,
      ...this.#name,
      fence: this.number,
      owner: id,
      host,
      pid,
      started,
      expires: this.#clock.now() + leaseLife,
    }
  }
}

async function leases(collection: Collection, name: InputName): Promise<LeaseDocument[]> {
  const documents = await collection.find({ ...name })
  return documents
    .map((document) => readDocument(leaseDocument, document, 'lease'))
    .sort((a, b) => a.fence - b.fence)
}

/** A live owner renews its lease wherever it runs; a dead one is known for dead on its own host only. */
function isHeld(lease: LeaseDocument, owner: Owner, now: number): boolean {
  if (lease.owner === owner.id || lease.expires <= now) return false
  return lease.host !== owner.host || owner.isAlive(lease.pid, lease.started)
}

const heldBy = (lease: LeaseDocument): HeldElsewhere =>
  new HeldElsewhere(
    `The process ${lease.pid} on ${lease.host} collects for this input (lease ${lease.fence}); nothing to do here.`,
  )
