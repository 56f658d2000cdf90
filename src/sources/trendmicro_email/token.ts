/**
 * `nextToken` as a query parameter. It comes URL-encoded or raw: decoded only where it holds an escape, encoded
 * exactly once, and a plus sign stays a plus sign.
 */
export function tokenParameter(token: string): string {
  return encodeURIComponent(/%[0-9A-Fa-f]{2}/.test(token) ? decoded(token) : token)
}

function decoded(token: string): string {
  try {
    return decodeURIComponent(token)
  } catch {
    return token
  }
}
