import { MailtrailError as Known, type MailtrailError, Misconfigured, TryLater } from '../errors.ts'

const codeOf = (error: unknown): string => {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string' && !cause.code.startsWith('ERR_BAD'))
      return cause.code
    if (cause instanceof AggregateError && cause.errors.length > 0) return codeOf(cause.errors[0])
  }
  return 'unknown'
}

const untrusted = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_UNTRUSTED',
])

/** Whether a connection failed because nobody known has signed the other side's certificate. */
export const isUntrusted = (error: unknown): boolean => untrusted.has(codeOf(error))

/** @param address the parameters that say where to connect to. */
const explanations = (address: string): Readonly<Record<string, string>> => ({
  ENOTFOUND: `the name is not known to DNS; check ${address}, and DNS on this host`,
  EAI_AGAIN: 'DNS does not answer; check the name servers of this host',
  ECONNREFUSED: `the connection is refused; check ${address} and any firewall`,
  ECONNRESET: 'the connection was cut off',
  EPIPE: 'the connection was cut off',
  EHOSTUNREACH: 'there is no route to the host; check network and firewall',
  ENETUNREACH: 'there is no route to the network; check network and firewall',
  ETIMEDOUT: 'no answer in time; check network, proxy_url and firewall',
  ECONNABORTED: 'no answer in time; check network, proxy_url and firewall',
  CERT_HAS_EXPIRED:
    'its TLS certificate has expired; whoever runs it must renew it, or the clock of this host is wrong',
  CERT_NOT_YET_VALID: 'its TLS certificate is not valid yet; check the clock of this host',
  ERR_TLS_CERT_ALTNAME_INVALID: `its TLS certificate is for another host; check ${address} and whatever inspects TLS on the way`,
  EPROTO: `it does not speak TLS 1.2 or later on this port; check ${address} (http or https)`,
  ERR_SSL_WRONG_VERSION_NUMBER: `it does not speak TLS on this port; check ${address} (http or https)`,
})

/**
 * Says what a failed connection means.
 * @param step what was being done, as in "asking for a token".
 * @param host the host and port, never a whole URL: presigned queries are secrets.
 * @param address the parameters that say where to connect to.
 */
export function networkError(
  error: unknown,
  step: string,
  host: string,
  address = 'region or base_url',
  issuer?: string,
): MailtrailError {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if (cause instanceof Known) return cause
  const code = codeOf(error)
  const at = `While ${step}: ${host}: `
  if (untrusted.has(code)) {
    const who = issuer === undefined ? '' : `, ${issuer}`
    return new Misconfigured(
      `${at}its TLS certificate is signed by an issuer that this host does not know${who} (${code}). If this network inspects TLS, ` +
        "put the inspecting proxy's root certificate into a PEM file and name that file in ca_file.",
      { cause: error, category: 'Connection Error' },
    )
  }
  return new TryLater(
    `${at}${explanations(address)[code] ?? (error instanceof Error ? error.message : String(error))} (${code}).`,
    { cause: error, category: 'Connection Error' },
  )
}
