import { Misconfigured } from '../../errors.ts'
import type { ParameterValues } from '../../input/parameters.ts'
import { Secret } from '../../secret.ts'
import { readPublicKey } from './integrity/index.ts'

export interface PangeaParameters {
  /** Without a slash at the end. */
  readonly baseUrl: string
  readonly token: Secret
  readonly configId: string | undefined
  readonly query: string
  readonly verify: boolean
  /** Base64 of raw 32-byte ed25519 keys; undefined: every key may sign. */
  readonly signingKeys: ReadonlySet<string> | undefined
  /** A gateway without a slash at the end; undefined: not asked. */
  readonly arweaveUrl: string | undefined
  /** Milliseconds. */
  readonly overlap: number
}

/** @throws {Misconfigured} when neither domain nor base URL is given, or one of them or a key is malformed. */
export function pangeaParameters(values: ParameterValues): PangeaParameters {
  return {
    baseUrl: (values.text('base_url') ?? serviceUrl(values.text('domain'))).replace(/\/+$/, ''),
    token: values.secret('token') ?? new Secret(''),
    configId: values.text('config_id'),
    query: values.text('query') ?? '',
    verify: values.flag('verify'),
    signingKeys: trustedKeys(values.list('signing_keys')),
    arweaveUrl: values.text('arweave_url')?.replace(/\/+$/, ''),
    overlap: values.number('overlap_minutes') * 60_000,
  }
}

function serviceUrl(domain: string | undefined): string {
  if (domain === undefined)
    throw new Misconfigured(
      'Check the parameters: domain is missing; give the domain of your project, such as aws.us.pangea.cloud, or base_url.',
    )
  if (!/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i.test(domain)) {
    throw new Misconfigured(
      `Check the parameters: domain must be a host name such as aws.us.pangea.cloud, without https:// and audit. (it is "${domain}").`,
    )
  }
  return `https://audit.${domain}`
}

/**
 * Trusted keys in the form in which the verification compares them; undefined for none.
 * @throws {Misconfigured} for what is no key.
 */
export function trustedKeys(keys: readonly string[]): ReadonlySet<string> | undefined {
  if (keys.length === 0) return undefined
  const raw = keys.map((text) => {
    const key = readPublicKey(text)
    if (key !== undefined) return key.raw
    throw new Misconfigured(
      `Check the parameters: signing_keys must be base64 of raw 32-byte ed25519 public keys ("${text.slice(0, 80)}" is not).`,
    )
  })
  return new Set(raw)
}
