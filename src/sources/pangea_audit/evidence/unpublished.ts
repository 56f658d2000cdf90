import * as z from 'zod'
import type { StateChange } from '../../../delivery/batch.ts'
import { readValue } from '../../../delivery/documents.ts'
import type { Range } from '../microseconds.ts'

const prefix = 'unpublished/'
const idBytes = 32
/** Records in one document, and the time that they may span (microseconds): what one search of a later check reads. */
const mostInGroup = 2_000
const longestGroup = 3_600_000_000
/** Records that wait at a time: the state must not grow without end. */
const mostWaiting = 50_000

const groupDocument = z.object({
  from: z.number(),
  to: z.number(),
  tried: z.number(),
  since: z.number(),
  ids: z.string(),
})

/** Records of neighbouring times that were delivered before their root was published. */
export interface WaitingGroup {
  readonly key: string
  /** First and last microsecond in which one of them was received. */
  from: number
  to: number
  /** Size of the published tree when they were last looked at. */
  tried: number
  /** When the first of them was delivered, epoch milliseconds. */
  readonly since: number
  /** `mailtrail.id`. */
  readonly ids: Set<string>
}

/** The records that are to be checked again once their root is published. */
export class UnpublishedRecords {
  readonly #groups: WaitingGroup[] = []
  readonly #changed = new Set<WaitingGroup>()
  #next = 0

  constructor(keys: readonly string[], read: (key: string) => unknown) {
    for (const key of keys.filter((candidate) => candidate.startsWith(prefix))) {
      const { ids, ...rest } = readValue(groupDocument, read(key), `list of unpublished records ${key}`)
      const packed = Buffer.from(ids, 'base64')
      const unpacked = new Set<string>()
      for (let at = 0; at + idBytes <= packed.length; at += idBytes)
        unpacked.add(packed.toString('hex', at, at + idBytes))
      this.#groups.push({ key, ...rest, ids: unpacked })
      this.#next = Math.max(this.#next, Number(key.slice(prefix.length)) + 1)
    }
    this.#groups.sort((a, b) => a.from - b.from)
  }

  get groups(): readonly WaitingGroup[] {
    return this.#groups
  }

  /** When the first record that waits was received, epoch microseconds. */
  get earliest(): number {
    return this.#groups.reduce((least, { from }) => Math.min(least, from), Number.POSITIVE_INFINITY)
  }

  /** False when no more can wait. @param treeSize of the published tree by now */
  add(id: string, receivedAt: number, treeSize: number, now: number): boolean {
    const waiting = this.#groups.reduce((sum, { ids }) => sum + ids.size, 0)
    if (waiting >= mostWaiting) return false
    const group =
      this.#groupFor({ from: receivedAt, to: receivedAt }) ?? this.#open(receivedAt, treeSize, now)
    group.ids.add(id)
    group.from = Math.min(group.from, receivedAt)
    group.to = Math.max(group.to, receivedAt)
    this.#changed.add(group)
    return true
  }

  /** To be called after a group was worked on; one without records goes away. */
  update(group: WaitingGroup): void {
    this.#changed.add(group)
    const at = this.#groups.indexOf(group)
    if (group.ids.size === 0 && at >= 0) this.#groups.splice(at, 1)
  }

  changes(): StateChange[] {
    const changes = [...this.#changed].map(({ key, ids, ...rest }) => ({
      key,
      value: ids.size === 0 ? undefined : { ...rest, key: undefined, ids: packed(ids) },
    }))
    this.#changed.clear()
    return changes
  }

  #groupFor({ from, to }: Range): WaitingGroup | undefined {
    const last = this.#groups.at(-1)
    if (last === undefined || last.ids.size >= mostInGroup) return undefined
    return Math.max(last.to, to) - Math.min(last.from, from) <= longestGroup ? last : undefined
  }

  #open(receivedAt: number, tried: number, since: number): WaitingGroup {
    const group = {
      key: `${prefix}${this.#next++}`,
      from: receivedAt,
      to: receivedAt,
      tried,
      since,
      ids: new Set<string>(),
    }
    this.#groups.push(group)
    return group
  }
}

const packed = (ids: ReadonlySet<string>): string =>
  Buffer.concat([...ids].map((id) => Buffer.from(id, 'hex'))).toString('base64')
