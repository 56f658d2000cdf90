import * as z from 'zod'
import { TryLater } from '../errors.ts'
import { mask, Secret } from '../secret.ts'
import { type Splunkd, SplunkdRefusal, type SplunkdReply } from './splunkd.ts'

const feed = z.object({
  entry: z.array(
    z.object({
      content: z.object({
        realm: z.string().nullish(),
        username: z.string(),
        clear_password: z.string().optional(),
      }),
    }),
  ),
})

/** Runs a request, and runs it again while splunkd fails; what it refuses is final. */
export type Patience = <T>(task: () => Promise<T>) => Promise<T>

/** Splunk's encrypted credential store. Source: Splunk REST API reference, storage/passwords. */
export class Passwords {
  readonly #splunkd: Splunkd
  readonly #patience: Patience

  constructor(splunkd: Splunkd, patience: Patience = (task) => task()) {
    this.#splunkd = splunkd
    this.#patience = patience
  }

  /** The stored secret; undefined where there is none. @throws {TryLater} when it is there but cannot be read in clear text. */
  async get(realm: string, username: string): Promise<Secret | undefined> {
    const step = 'reading a stored secret'
    const reply = await this.#ask(step, 'list_storage_passwords', () =>
      this.#splunkd.request(step, 'GET', 'storage/passwords', { query: { count: -1 } }),
    )
    const result = feed.safeParse(reply.data)
    if (!result.success)
      throw new TryLater(`While ${step}: the answer is not a list of credentials.`, { cause: result.error })
    const found = result.data.entry.find(
      ({ content }) => content.realm === realm && content.username === username,
    )
    if (!found) return undefined
    const clear = found.content.clear_password
    if (clear === undefined || clear === mask) {
      throw new TryLater(
        `While ${step}: splunkd does not give ${username} in clear text. The role that runs inputs needs list_storage_passwords, ` +
          'and masking of stored passwords must not apply to it.',
        { category: 'Permission Error' },
      )
    }
    return new Secret(clear)
  }

  /** Stores a secret under its name, new or anew. */
  async put(realm: string, username: string, secret: Secret): Promise<void> {
    const step = `storing ${username} in storage/passwords`
    const password = secret.reveal()
    await this.#ask(step, 'edit_storage_passwords', async () => {
      try {
        return await this.#splunkd.request(step, 'POST', 'storage/passwords', {
          form: { name: username, realm, password },
        })
      } catch (error) {
        if (!(error instanceof SplunkdRefusal) || error.status !== 409) throw error
        const entity = encodeURIComponent(`${escaped(realm)}:${escaped(username)}:`)
        return this.#splunkd.request(step, 'POST', `storage/passwords/${entity}`, { form: { password } })
      }
    })
  }

  async #ask(step: string, capability: string, task: () => Promise<SplunkdReply>): Promise<SplunkdReply> {
    const answer = await this.#patience(() =>
      task().catch((error: unknown) => {
        if (error instanceof SplunkdRefusal && error.status < 500 && error.status !== 429) return error
        throw error
      }),
    )
    if (!(answer instanceof SplunkdRefusal)) return answer
    throw new TryLater(
      `While ${step}: splunkd refuses (${answer.status}${answer.said === '' ? '' : `: ${answer.said}`}). The user that inputs run as, ` +
        `splunk-system-user, needs the capability ${capability}; nothing is collected before its secrets are stored.`,
      { cause: answer, category: 'Permission Error' },
    )
  }
}

/** Colons and backslashes inside a name are escaped in an entity's address. */
const escaped = (name: string): string => name.replaceAll('\\', '\\\\').replaceAll(':', '\\:')
