import { z } from 'zod'
import { TryLater } from '../errors.ts'
import { mask, Secret } from '../secret.ts'
import { type Splunkd, SplunkdRefusal } from './splunkd.ts'

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

/** Splunk's encrypted credential store. Source: Splunk REST API reference, storage/passwords. */
export class Passwords {
  readonly #splunkd: Splunkd

  constructor(splunkd: Splunkd) {
    this.#splunkd = splunkd
  }

  /** The stored secret; undefined where there is none. @throws {TryLater} when it is there but cannot be read in clear text. */
  async get(realm: string, username: string): Promise<Secret | undefined> {
    const step = 'reading a stored secret'
    const reply = await this.#splunkd.request(step, 'GET', 'storage/passwords', { query: { count: -1 } })
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
      )
    }
    return new Secret(clear)
  }

  /** Stores a secret under its name, new or anew. */
  async put(realm: string, username: string, secret: Secret): Promise<void> {
    const step = `storing ${username} in storage/passwords`
    const password = secret.reveal()
    try {
      await this.#splunkd.request(step, 'POST', 'storage/passwords', {
        form: { name: username, realm, password },
      })
    } catch (error) {
      if (!(error instanceof SplunkdRefusal) || error.status !== 409) throw error
      const entity = encodeURIComponent(`${escaped(realm)}:${escaped(username)}:`)
      await this.#splunkd.request(step, 'POST', `storage/passwords/${entity}`, { form: { password } })
    }
  }
}

/** Colons and backslashes inside a name are escaped in an entity's address. */
const escaped = (name: string): string => name.replaceAll('\\', '\\\\').replaceAll(':', '\\:')
