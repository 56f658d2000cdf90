import * as z from 'zod'
import { TryLater } from '../../errors.ts'
import type { MemberPath, RecordBlock } from '../../records/block.ts'
import { PageMalformed, readPage } from '../../records/page.ts'
import type { Reply, VendorClient, VendorRequest } from '../../transport/client.ts'
import { type Root, readRoot } from './integrity/index.ts'
import { microsecondText, type Range } from './microseconds.ts'
import type { PangeaParameters } from './parameters.ts'
import { type Frame, frame, NotThere, refusal } from './refusal.ts'

/** The most that one search finds; `count` stops there. Source: `max_results` of /v1/search. */
export const mostResults = 10_000
/** Larger answers are asked for again with fewer records. */
const largestAnswer = 32 * 1024 * 1024

/** What is read of a record, by slot. */
export const members: readonly MemberPath[] = [
  ['envelope', 'received_at'],
  ['envelope'],
  ['leaf_index'],
  ['published'],
  ['imported'],
  ['hash'],
  ['membership_proof'],
  ['envelope', 'event'],
  ['envelope', 'signature'],
  ['envelope', 'public_key'],
]
export const slots = {
  receivedAt: 0,
  envelope: 1,
  leafIndex: 2,
  published: 3,
  imported: 4,
  hash: 5,
  membershipProof: 6,
  event: 7,
  signature: 8,
  publicKey: 9,
} as const

/** How long an answer that is still being made is asked after, milliseconds. */
const longestWait = 600_000
/** How long the address of such an answer may be unknown at first, milliseconds. */
const unknownFor = 30_000

const resultFrame = z.looseObject({
  id: z.string().nullish(),
  count: z.number().int().nonnegative(),
  root: z.unknown().optional(),
  unpublished_root: z.unknown().optional(),
})

/** One page of what a search found. */
export interface AuditPage {
  readonly records: RecordBlock
  /** Bytes of the whole answer. */
  readonly bytes: number
  /** Of the result set; undefined where the answer names none. */
  readonly id: string | undefined
  /** Records in the whole result set, at most {@link mostResults}. */
  readonly count: number
  /** Against which the proofs of published records in this page hold. */
  readonly root: Root | undefined
  /** Against which those of the others hold. */
  readonly unpublishedRoot: Root | undefined
}

interface Answer {
  readonly frame: Frame
  readonly records: RecordBlock
  readonly bytes: number
}

type Outcome = { readonly answer: Answer } | { readonly requestId: string }

/** Source: Pangea API reference, Secure Audit Log, /v1/search, /v1/results, /v1/root; "Asynchronous API responses". */
export class SecureAuditLog {
  readonly #params: PangeaParameters
  readonly #vendor: VendorClient

  constructor(params: PangeaParameters, vendor: VendorClient) {
    this.#params = params
    this.#vendor = vendor
  }

  /**
   * The first page of what was received in a range. The order and both ends are always given: without them the
   * vendor searches 14 days, newest first.
   */
  async search(range: Range, order: 'asc' | 'desc', limit: number, most = mostResults): Promise<AuditPage> {
    const [start, end] = [microsecondText(range.from), microsecondText(range.to)]
    const answer = await this.#call(
      `searching records received from ${start} to ${end}`,
      '/v1/search',
      {
        query: this.#params.query,
        start,
        end,
        order,
        order_by: 'received_at',
        limit,
        max_results: most,
        verbose: true,
        ...this.#config(),
      },
      true,
    )
    return this.#page(answer)
  }

  /** A further page of a result set. @throws {NotThere} when the vendor keeps it no longer. */
  async results(id: string, offset: number, limit: number): Promise<AuditPage> {
    const answer = await this.#call(
      `reading search results from number ${offset} on`,
      '/v1/results',
      {
        id,
        offset,
        limit,
      },
      true,
    )
    return this.#page(answer)
  }

  /** The published root of a tree of that many leaves, the newest without; undefined where there is none. */
  async root(size: number | undefined): Promise<Root | undefined> {
    try {
      const answer = await this.#call(
        `asking for the root of size ${size ?? 'now'}`,
        '/v1/root',
        {
          ...(size === undefined ? {} : { tree_size: size }),
          ...this.#config(),
        },
        false,
      )
      return readRoot(answer.frame.result)
    } catch (error) {
      if (error instanceof NotThere) return undefined
      throw error
    }
  }

  #config(): { config_id?: string } {
    return this.#params.configId === undefined ? {} : { config_id: this.#params.configId }
  }

  #page({ frame: { result }, records, bytes }: Answer): AuditPage {
    const parsed = resultFrame.safeParse(result)
    if (!parsed.success) throw new TryLater('Pangea answers success, but its result is not that of a search.')
    const { id, count, root, unpublished_root } = parsed.data
    return {
      records,
      bytes,
      id: id ?? undefined,
      count,
      root: readRoot(root),
      unpublishedRoot: readRoot(unpublished_root),
    }
  }

  /** @param isPage whether the answer is one of many pages; a root is asked for while a page is in use. */
  async #call(step: string, path: string, json: object, isPage: boolean): Promise<Answer> {
    const request = { ...this.#request(step, path, isPage), method: 'POST' as const, json }
    const outcome = await this.#vendor.send(request, (reply) => this.#judge(step, reply))
    return 'answer' in outcome ? outcome.answer : this.#poll(step, outcome.requestId, isPage)
  }

  #request(step: string, path: string, isPage: boolean): Omit<VendorRequest, 'method'> {
    return {
      step,
      url: `${this.#params.baseUrl}${path}`,
      headers: { Accept: 'application/json', Authorization: `Bearer ${this.#params.token.reveal()}` },
      counted: true,
      isPage,
      largest: largestAnswer,
    }
  }

  /** Asks after an answer that takes time, always at the configured address, whatever `location` says. */
  async #poll(step: string, requestId: string, isPage: boolean): Promise<Answer> {
    const request = {
      ...this.#request(
        `${step} (waiting for request ${requestId})`,
        `/request/${encodeURIComponent(requestId)}`,
        isPage,
      ),
      method: 'GET' as const,
    }
    const { clock } = this.#vendor
    const asked = clock.now()
    for (let pause = 500; ; pause = Math.min(pause * 1.5, 10_000)) {
      await this.#vendor.pause(pause)
      const waited = clock.now() - asked
      const outcome = await this.#vendor.send(request, (reply) => {
        // An address that is not known right after it was given comes into being a little later.
        if (reply.status === 404 && waited < unknownFor) return { requestId }
        return this.#judge(step, reply)
      })
      if ('answer' in outcome) return outcome.answer
      if (waited > longestWait)
        throw new NotThere(`While ${step}: Pangea has not answered within ${longestWait / 60_000} minutes.`)
    }
  }

  #judge(step: string, reply: Reply): Outcome {
    const answer = this.#read(reply)
    const status = answer?.frame.status?.toLowerCase()
    if (answer && status === 'success') {
      const { result } = answer.frame
      if (typeof result === 'object' && result !== null) return { answer }
      throw this.#vendor.tryLater(
        `While ${step}: Pangea answers success without a result; it will be asked again.`,
        reply,
      )
    }
    const requestId = answer?.frame.request_id
    if ((status === 'accepted' || (status === undefined && reply.status === 202)) && requestId)
      return { requestId }
    if (!answer && reply.status < 300) {
      throw this.#vendor.tryLater(
        `While ${step}: Pangea answers ${reply.status}, but not with a result; it will be asked again.`,
        reply,
      )
    }
    throw refusal(step, reply, answer?.frame, this.#vendor)
  }

  #read(reply: Reply): Answer | undefined {
    try {
      const page = readPage(reply.body, ['result', 'events'], members)
      return { frame: frame.parse(page.envelope), records: page.records, bytes: reply.body.length }
    } catch (error) {
      if (error instanceof PageMalformed || error instanceof z.ZodError) return undefined
      throw error
    }
  }
}
