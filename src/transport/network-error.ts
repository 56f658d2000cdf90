import { type MailtrailError, Misconfigured, TryLater } from '../errors.ts'

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

const explanations: Readonly<Record<string, string>> = {
  ENOTFOUND: 'the name is not known to DNS; check the region or base_url, and DNS on this host',
  EAI_AGAIN: 'DNS does not answer; check the name servers of this host',
  ECONNREFUSED: 'the connection is refused; check the address and any firewall',
  ECONNRESET: 'the connection was cut off',
  EPIPE: 'the connection was cut off',
  EHOSTUNREACH: 'there is no route to the host; check network and firewall',
  ENETUNREACH: 'there is no route to the network; check network and firewall',
  ETIMEDOUT: 'no answer in time; check network, proxy and firewall',
  ECONNABORTED: 'no answer in time; check network, proxy and firewall',
  CERT_HAS_EXPIRED: 'its TLS certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID:
    'its TLS certificate is for another host; check base_url and whatever inspects TLS on the way',
  EPROTO: 'it does not speak TLS 1.2 or later on this port; check the address (http or https)',
}

/**
 * Says what a failed connection means.
 * @param step what was being done, as in "asking for a token".
 * @param host the host and port, never a whole URL: presigned queries are secrets.
 */
export function networkError(error: unknown, step: string, host: string): MailtrailError {
  const code = codeOf(error)
  const at = `While ${step}: ${host}: `
  if (untrusted.has(code)) {
    return new Misconfigured(
      `${at}its TLS certificate is signed by an unknown issuer (${code}). If this network inspects TLS, put the ` +
        "inspecting proxy's root certificate into a PEM file and name it in ca_file.",
      { cause: error },
    )
  }
  return new TryLater(
    `${at}${explanations[code] ?? (error instanceof Error ? error.message : String(error))} (${code}).`,
    { cause: error },
  )
}
