import * as z from 'zod'
import { readValue } from '../../../delivery/documents.ts'
import { followHistory, type HistoryBreach, type HistoryFinding, type Root } from '../integrity/index.ts'
import { aboutRoot, type Finding, fromRoot, fromSearch } from './finding.ts'
import type { PublishedRoots } from './roots.ts'

const historyDocument = z.object({
  heads: z.array(z.object({ treeName: z.string(), size: z.number(), rootHash: z.string() })),
})

export const historyKey = 'history'

/** Trees that are remembered: a configuration has one, and another one only if it is set up anew. */
const mostTrees = 20
/** Roots that are followed one by one in a run: three months of one an hour. */
const mostSteps = 2_000

const kinds: Readonly<Record<HistoryBreach, Pick<Finding, 'finding' | 'severity'>>> = {
  rewritten: { finding: 'root_replaced', severity: 'critical' },
  shrunken: { finding: 'tree_shrunk', severity: 'critical' },
  not_continued: { finding: 'consistency_invalid', severity: 'critical' },
}

/** The published roots as they were seen over time: each must continue the one before, and none may change. */
export class RootHistory {
  readonly #roots: PublishedRoots
  readonly #heads = new Map<string, Root>()
  #newest: Root | undefined
  #steps = 0

  constructor(roots: PublishedRoots, stored: unknown) {
    this.#roots = roots
    if (stored === undefined) return
    for (const head of readValue(historyDocument, stored, 'list of published roots').heads)
      this.#heads.set(head.treeName, head)
  }

  /** The published root that was seen last in this run. */
  get newest(): Root | undefined {
    return this.#newest
  }

  /**
   * Holds a root that the vendor names as its newest against what was seen before; undefined when it is the same as
   * last time. After a breach the new history is followed, so that each is found once.
   */
  async follow(root: Root): Promise<readonly Finding[] | undefined> {
    const known = this.#heads.get(root.treeName)
    this.#newest = root
    if (known === undefined) {
      this.#move(root)
      return [published(root)]
    }
    if (known.size === root.size && known.rootHash === root.rootHash) return undefined
    if (root.size < known.size) {
      // An answer of a server that lags behind is no breach, as long as the larger root stands.
      const standing = await this.#roots.ask(known.size)
      if (standing?.rootHash === known.rootHash) return undefined
    }
    return await this.#advance(known, root)
  }

  async #advance(known: Root, root: Root): Promise<readonly Finding[]> {
    const findings: Finding[] = []
    let head = known
    for (let size = Math.min(known.size + 1, root.size); size <= root.size; size++) {
      const next = size === root.size ? root : await this.#step(size)
      const continues =
        next && (next.consistencyProof || next.size !== root.size) ? next : await this.#step(size)
      const verdict = continues && followHistory(head, [continues])
      if (verdict?.finding) {
        findings.push(breach(verdict.finding))
        this.#move(root)
        return findings
      }
      if (verdict === undefined || verdict.wanted !== undefined) {
        findings.push(unproven(head, root, size))
        this.#move(root)
        return findings
      }
      head = verdict.head
      this.#move(head)
      findings.push(published(continues ?? root))
    }
    return findings
  }

  async #step(size: number): Promise<Root | undefined> {
    if (++this.#steps > mostSteps) return undefined
    return await this.#roots.find(size)
  }

  #move(head: Root): void {
    this.#heads.delete(head.treeName)
    this.#heads.set(head.treeName, head)
    const [oldest] = this.#heads.keys()
    if (this.#heads.size > mostTrees && oldest !== undefined) this.#heads.delete(oldest)
  }

  document(): z.input<typeof historyDocument> {
    return {
      heads: [...this.#heads.values()].map(({ treeName, size, rootHash }) => ({ treeName, size, rootHash })),
    }
  }
}

/** Kept in the index so that membership proofs can be checked again from what was indexed alone. */
const published = (root: Root): Finding => ({
  finding: 'root_published',
  severity: 'informational',
  description: `A root over ${root.size} leaves was published.`,
  ...aboutRoot(root, fromSearch),
  proof: root.consistencyProof,
})

const breach = ({ breach: kind, reason, known, seen, expected, found }: HistoryFinding): Finding => ({
  ...kinds[kind],
  description: `${reason} The root known before has ${known.size} leaves and the hash ${known.rootHash}.`,
  ...aboutRoot(seen, fromRoot),
  expected,
  found,
  proof: seen.consistencyProof,
})

const unproven = (known: Root, root: Root, size: number): Finding => ({
  finding: 'history_unproven',
  severity: 'medium',
  description:
    `That the root over ${root.size} leaves continues the one over ${known.size} could not be checked: ` +
    `the root over ${size} leaves, or its consistency proof, cannot be had.`,
  ...aboutRoot(root, fromSearch),
  expected: known.rootHash,
})
