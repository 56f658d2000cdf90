import { z } from 'zod'
import { TryLater } from '../errors.ts'
import type { Clock } from '../transport/clock.ts'
import { type Collection, documentKey, documentVersion, type StoredDocument } from './collection.ts'
import { type InputName, readDocument } from './documents.ts'
import type { Fence } from './engine.ts'

/** How long a lease holds without renewal, milliseconds. */
export const leaseLife = 90_000
/** Age at which it is renewed: three chances before it runs out. */
const renewAt = 25_000
/** An owner that could not renew for so long commits nothing more without asking: another may have taken over by the end of its life. */
const trustedFor = 60_000

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

/** Another process has taken over, because this one was not heard of for too long. */
export class LeaseLost extends TryLater {
  constructor() {
    super('Another process has taken over this input; this one stops without saving more.')
  }
}

/**
 * One collector per stanza. Each lease is a document of its own whose key holds its fencing number: inserting the
 * next number is the store's only atomic step, and so decides who takes over.
 */
export class Lease implements Fence {
  readonly number: number
  readonly #collection: Collection
  readonly #name: InputName
  readonly #owner: Owner
  readonly #clock: Clock
  #confirmed: number

  private constructor(collection: Collection, name: InputName, owner: Owner, clock: Clock, number: number) {
    this.#collection = collection
    this.#name = name
    this.#owner = owner
    this.#clock = clock
    this.number = number
    this.#confirmed = clock.now()
  }

  /**
   * Takes the lease if it is free, if its owner is dead (seen from the same host), or if it has run out.
   * @throws {HeldElsewhere} when another process collects.
   */
  static async acquire(collection: Collection, name: InputName, owner: Owner, clock: Clock): Promise<Lease> {
    const latest = (await leases(collection, name)).at(-1)
    if (latest && latest.owner !== owner.id && isHeld(latest, owner, clock.now())) throw heldBy(latest)
    const lease = new Lease(collection, name, owner, clock, (latest?.fence ?? 0) + 1)
    if (!(await collection.insert(lease.#document()))) {
      // An answer that was lost on the way makes the second try meet its own document.
      const winner = (await leases(collection, name)).find((candidate) => candidate.fence === lease.number)
      if (winner?.owner !== owner.id)
        throw winner ? heldBy(winner) : new HeldElsewhere('Another process has just taken this input.')
    }
    await collection.delete({ ...name, fence: { $lt: lease.number } })
    return lease
  }

  /** @throws {LeaseLost} when another process has taken over. */
  async assertHeld(): Promise<void> {
    if (this.#clock.now() - this.#confirmed >= trustedFor) await this.#renew()
  }

  /** Keeps the lease while a pass goes on; call it every few seconds. @throws {LeaseLost} */
  async keep(): Promise<void> {
    if (this.#clock.now() - this.#confirmed >= renewAt) await this.#renew()
  }

  /** Lets the next process in at once. */
  async release(): Promise<void> {
    const found = await leases(this.#collection, this.#name)
    if (found.at(-1)?.owner === this.#owner.id)
      await this.#collection.save([{ ...this.#document(), expires: 0 }])
  }

  async #renew(): Promise<void> {
    const asked = this.#clock.now()
    const latest = (await leases(this.#collection, this.#name)).at(-1)
    if (latest?.owner !== this.#owner.id) throw new LeaseLost()
    await this.#collection.save([this.#document()])
    this.#confirmed = asked
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

function isHeld(lease: LeaseDocument, owner: Owner, now: number): boolean {
  if (lease.expires === 0) return false
  return lease.host === owner.host ? owner.isAlive(lease.pid, lease.started) : lease.expires > now
}

const heldBy = (lease: LeaseDocument): HeldElsewhere =>
  new HeldElsewhere(
    `The process ${lease.pid} on ${lease.host} collects for this input (lease ${lease.fence}); nothing to do here.`,
  )
