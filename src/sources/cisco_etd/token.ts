import * as z from 'zod'
import { Misconfigured } from '../../errors.ts'
import { Secret } from '../../secret.ts'
import type { Reply, VendorClient } from '../../transport/client.ts'
import { saidBy } from './api-error.ts'
import type { EtdParameters } from './parameters.ts'

/** Renewed this long before it ends, milliseconds. */
const margin = 60_000
/** Where neither the answer nor the token tells: the documented 60 minutes, less a margin. */
const assumedLife = 55 * 60_000

const token = z.string().min(1)
const life = z.coerce.number().positive().optional().catch(undefined)
/** `accessToken` is what answers have; the page does not say, and other names have been seen. */
const answer = z.union([
  z.object({ accessToken: token, expiresIn: life }),
  z
    .object({ access_token: token, expires_in: life })
    .transform((body) => ({ accessToken: body.access_token, expiresIn: body.expires_in })),
  z.object({ token, expiresIn: life }).transform((body) => ({ ...body, accessToken: body.token })),
  z.object({ data: z.object({ accessToken: token, expiresIn: life }) }).transform((body) => body.data),
])
const claims = z.object({ exp: z.number() })

/** The bearer token of a run: asked for when first needed, and again shortly before it ends. */
export class TokenHolder {
  readonly #params: EtdParameters
  readonly #vendor: VendorClient
  #token: { readonly value: Secret; readonly goodUntil: number } | undefined

  constructor(params: EtdParameters, vendor: VendorClient) {
    this.#params = params
    this.#vendor = vendor
  }

  async get(): Promise<Secret> {
    if (!this.#token || this.#vendor.clock.now() >= this.#token.goodUntil) this.#token = await this.#ask()
    return this.#token.value
  }

  /** The vendor did not take the token: the next use asks for another. */
  discard(): void {
    this.#token = undefined
  }

  async #ask(): Promise<{ value: Secret; goodUntil: number }> {
    const { baseUrl, clientId, clientSecret, apiKey } = this.#params
    return this.#vendor.send(
      {
        step: 'asking Cisco ETD for a token',
        method: 'POST',
        url: `${baseUrl}/v1/oauth/token`,
        headers: { 'x-api-key': apiKey, Accept: 'application/json' },
        basic: { username: clientId, password: clientSecret },
        counted: true,
      },
      (reply) => this.#judge(reply),
    )
  }

  /** Source: ETD, Authentication: a JWT of 60 minutes in `accessToken`. */
  #judge(reply: Reply): { value: Secret; goodUntil: number } {
    const said = saidBy(reply)
    if (reply.status === 429) {
      throw this.#vendor.tryLater(
        `Cisco ETD refuses a token for now: 429${said}. The rate limit or the daily quota is used up.`,
        reply,
      )
    }
    if (reply.status === 400 || reply.status === 401) {
      throw new Misconfigured(
        `Cisco ETD does not accept the credentials (${reply.status}${said}). Check client_id and client_secret against ` +
          'Administration > API Clients, and that region is the one of your business.',
        { category: 'Authentication Error' },
      )
    }
    if (reply.status === 403) {
      throw new Misconfigured(
        `Cisco ETD does not accept the API key (403${said}). Check api_key against the API Key page of the console; it takes up to ` +
          '5 minutes after it is made to work.',
        { category: 'Authentication Error' },
      )
    }
    if (reply.status === 404) {
      throw new Misconfigured(
        `There is no token service at ${this.#params.baseUrl} (404${said}). Check region or base_url.`,
      )
    }
    if (reply.status !== 200 && reply.status !== 201) {
      throw this.#vendor.tryLater(`Cisco ETD gives no token for now: ${reply.status}${said}.`, reply)
    }
    const parsed = answer.safeParse(jsonOf(reply.body))
    if (!parsed.success)
      throw this.#vendor.tryLater(
        'Cisco ETD answered 200 to the request for a token, but without one in it.',
        reply,
      )
    const { accessToken, expiresIn } = parsed.data
    const now = this.#vendor.clock.now()
    const end = expiresIn === undefined ? (endOf(accessToken) ?? now + assumedLife) : now + expiresIn * 1000
    return { value: new Secret(accessToken), goodUntil: end - Math.min(margin, (end - now) / 2) }
  }
}

function endOf(jwt: string): number | undefined {
  const payload = jwt.split('.')[1]
  const parsed =
    payload === undefined ? undefined : claims.safeParse(jsonOf(Buffer.from(payload, 'base64url')))
  return parsed?.success ? parsed.data.exp * 1000 : undefined
}

/** The body as JSON; undefined when it is not. */
export function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}
