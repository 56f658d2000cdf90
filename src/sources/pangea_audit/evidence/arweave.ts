import * as z from 'zod'
import { TryLater, UnitUnavailable } from '../../../errors.ts'
import type { Reply, VendorClient } from '../../../transport/client.ts'
import type { Root } from '../integrity/index.ts'

/** What Arweave has of a root. */
export interface ArweaveRoot {
  readonly transaction: string
  readonly rootHash: string
}

const found = z.looseObject({
  data: z.looseObject({
    transactions: z.looseObject({
      edges: z.array(z.looseObject({ node: z.looseObject({ id: z.string() }) })),
    }),
  }),
})
const publication = z.looseObject({ root_hash: z.string() })

/** Anyone may publish under these tags; more answers than this are not looked at. */
const mostAnswers = 10
const largestAnswer = 1024 * 1024

/**
 * The public network to which Pangea writes its roots. Nobody vouches for its answers: they are only held against
 * Pangea's own. Source: Pangea documentation, "About tamperproofing"; Arweave gateway, GraphQL and /tx/<id>/data.
 */
export class Arweave {
  readonly #url: string
  readonly #vendor: VendorClient

  constructor(url: string, vendor: VendorClient) {
    this.#url = url
    this.#vendor = vendor
  }

  /** What was published as the root of this tree and size; nothing where it is still to come. @throws {MailtrailError} */
  async roots({ treeName, size }: Pick<Root, 'treeName' | 'size'>): Promise<ArweaveRoot[]> {
    if (!/^[\w-]{1,128}$/.test(treeName)) return []
    const tags = [`{name:"tree_size",values:["${size}"]}`, `{name:"tree_name",values:["${treeName}"]}`]
    const step = `asking Arweave for the root over ${size} leaves`
    const query = `{transactions(first:${mostAnswers},tags:[${tags.join(',')}]){edges{node{id}}}}`
    const answer = await this.#vendor.send(
      {
        step,
        method: 'POST',
        url: `${this.#url}/graphql`,
        json: { query },
        counted: false,
        largest: largestAnswer,
        dispensable: true,
      },
      (reply) => found.safeParse(jsonOf(step, reply)),
    )
    if (!answer.success) throw new UnitUnavailable(`While ${step}: what answers is no Arweave gateway.`)
    const ids = answer.data.data.transactions.edges.map(({ node }) => node.id)
    const roots: ArweaveRoot[] = []
    for (const id of ids.filter((text) => /^[\w-]{43}$/.test(text)).slice(0, mostAnswers)) {
      const rootHash = await this.#rootHash(step, id)
      if (rootHash !== undefined) roots.push({ transaction: id, rootHash })
    }
    return roots
  }

  /** Undefined for what is not there yet, or is no root. */
  #rootHash(step: string, id: string): Promise<string | undefined> {
    const url = `${this.#url}/tx/${id}/data`
    return this.#vendor.send(
      { step, method: 'GET', url, counted: false, largest: largestAnswer, dispensable: true },
      (reply) => {
        if (reply.status >= 500 || reply.status === 429) throw unavailable(step, reply)
        if (reply.status !== 200) return undefined
        try {
          const text = Buffer.from(reply.body.toString('latin1'), 'base64url').toString('utf8')
          return publication.parse(JSON.parse(text)).root_hash.toLowerCase()
        } catch {
          return undefined
        }
      },
    )
  }
}

function jsonOf(step: string, reply: Reply): unknown {
  if (reply.status !== 200) throw unavailable(step, reply)
  try {
    return JSON.parse(reply.body.toString('utf8'))
  } catch {
    return undefined
  }
}

const unavailable = (step: string, { status }: Reply): TryLater =>
  new TryLater(`While ${step}: it answers HTTP ${status}.`)
