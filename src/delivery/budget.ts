import { z } from 'zod'
import type { DailyBudget } from '../transport/quota.ts'
import { type Collection, documentKey, documentVersion } from './collection.ts'
import { type InputName, readDocument } from './documents.ts'

const budgetDocument = z.looseObject({
  _key: z.string(),
  day: z.string(),
  used: z.number().int().nonnegative(),
  scheme: z.string(),
  input: z.string(),
})

/** Requests that are booked at once: so many writes fewer, and so many requests lost for the day by a kill. */
const bookedAtOnce = 20

/**
 * What a vendor account has used of its daily budget. Each input books in a document of its own, which only it
 * writes; the sum over all inputs of the account is what is used.
 */
export class BudgetLedger implements DailyBudget {
  readonly limit: number
  readonly #collection: Collection
  readonly #name: InputName
  readonly #tenant: string
  readonly #now: () => number
  #day = ''
  #booked = 0
  #sent = 0
  #others = 0

  private constructor(
    collection: Collection,
    name: InputName,
    tenant: string,
    limit: number,
    now: () => number,
  ) {
    this.#collection = collection
    this.#name = name
    this.#tenant = documentKey('tenant', tenant)
    this.limit = limit
    this.#now = now
  }

  static async open(
    collection: Collection,
    name: InputName,
    tenant: string,
    limit: number,
    now: () => number,
  ): Promise<BudgetLedger> {
    const budget = new BudgetLedger(collection, name, tenant, limit, now)
    await budget.#read()
    return budget
  }

  get used(): number {
    return this.#sent + this.#others
  }

  async spend(): Promise<boolean> {
    if (this.#today() !== this.#day) await this.#read()
    if (this.used >= this.limit) return false
    if (this.#sent >= this.#booked) await this.#book()
    this.#sent++
    return true
  }

  #today(): string {
    return new Date(this.#now()).toISOString().slice(0, 10)
  }

  async #read(): Promise<void> {
    this.#day = this.#today()
    const documents = await this.#collection.find({ tenant: this.#tenant, day: this.#day })
    const rows = documents.map((document) => readDocument(budgetDocument, document, 'daily budget'))
    const own = rows.filter((row) => row.scheme === this.#name.scheme && row.input === this.#name.input)
    const sum = (some: readonly { used: number }[]): number =>
      some.reduce((total, row) => total + row.used, 0)
    this.#sent = sum(own)
    this.#booked = this.#sent
    this.#others = sum(rows) - this.#sent
  }

  async #book(): Promise<void> {
    this.#booked = Math.min(this.#sent + bookedAtOnce, this.limit)
    await this.#collection.save([
      {
        _key: documentKey(this.#tenant, this.#name.scheme, this.#name.input, this.#day),
        v: documentVersion,
        ...this.#name,
        tenant: this.#tenant,
        day: this.#day,
        used: this.#booked,
      },
    ])
  }
}
