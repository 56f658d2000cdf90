import * as z from 'zod'
import { readValue } from '../../../delivery/documents.ts'
import { MailtrailError, Stopped } from '../../../errors.ts'
import type { Log } from '../../../log.ts'
import type { Arweave } from './arweave.ts'
import type { Finding } from './finding.ts'

const rootsDocument = z.array(
  z.object({ treeName: z.string(), size: z.number(), rootHash: z.string(), since: z.number() }),
)

export const unconfirmedKey = 'unconfirmed'

/** Roots that are asked for in a run, that wait at a time, and how long each is waited for (milliseconds). */
const mostAsked = 20
const mostWaiting = 100
const longestWait = 48 * 3_600_000

/** Holds the published roots against what the public network has of them; it may have them later than Pangea. */
export class RootConfirmation {
  readonly #arweave: Arweave
  readonly #log: Log
  #waiting: z.output<typeof rootsDocument>
  #isDone = false

  constructor(arweave: Arweave, log: Log, stored: unknown) {
    this.#arweave = arweave
    this.#log = log
    this.#waiting = stored === undefined ? [] : readValue(rootsDocument, stored, 'list of roots to confirm')
  }

  get document(): unknown {
    return this.#waiting
  }

  /** Takes the roots that these findings tell of. */
  add(findings: readonly Finding[], now: number): void {
    for (const { finding, tree_name: treeName, tree_size: size, root_hash: rootHash } of findings) {
      if (
        finding !== 'root_published' ||
        treeName === undefined ||
        size === undefined ||
        rootHash === undefined
      )
        continue
      this.#waiting.push({ treeName, size, rootHash, since: now })
    }
    this.#waiting = this.#waiting.slice(-mostWaiting)
  }

  /** What the network says by now; undefined where it was asked in this run already, or has nothing to be asked for. */
  async ask(now: number): Promise<readonly Finding[] | undefined> {
    if (this.#isDone || this.#waiting.length === 0) return undefined
    this.#isDone = true
    const findings: Finding[] = []
    const settled = new Set<object>()
    try {
      for (const root of this.#waiting.slice(0, mostAsked)) {
        const published = await this.#arweave.roots(root)
        if (published.length > 0) findings.push(held(root, published))
        if (published.length > 0 || now - root.since > longestWait) settled.add(root)
      }
    } catch (error) {
      if (error instanceof Stopped || !(error instanceof MailtrailError)) throw error
      this.#log.warn(`The roots are not held against Arweave in this run: ${error.message}`, {
        action: 'integrity',
      })
    }
    this.#waiting = this.#waiting.filter((root) => !settled.has(root))
    return findings
  }
}

function held(
  { treeName, size, rootHash }: { treeName: string; size: number; rootHash: string },
  published: readonly { transaction: string; rootHash: string }[],
): Finding {
  const same = published.find((one) => one.rootHash === rootHash)
  const about = {
    tree_name: treeName,
    tree_size: size,
    root_hash: rootHash,
    root_source: `arweave:${(same ?? published[0])?.transaction}`,
  }
  if (same) {
    return {
      finding: 'root_confirmed',
      severity: 'informational',
      description: `Arweave has the same root over ${size} leaves.`,
      ...about,
    }
  }
  return {
    finding: 'root_differs',
    severity: 'medium',
    description:
      `What Arweave has as the root over ${size} leaves is another than Pangea's. Anyone can publish there under these tags; ` +
      'compare it with the address that Pangea names.',
    ...about,
    expected: rootHash,
    found: published.map((one) => one.rootHash).join(','),
  }
}
