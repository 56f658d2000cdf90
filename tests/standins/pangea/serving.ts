import type { AuditLog, Row } from './log.ts'

export interface ServingSettings {
  /** Whether rows carry proofs at all: `verbose` of the request, and tamper-proofing of the configuration. */
  readonly proofs: boolean
  readonly hashes: boolean
  /** Rows whose root is not published yet have a proof against `unpublished_root`. */
  readonly unpublishedProofs: boolean
  /** The SDK for Node.js types `leaf_index` as a string. */
  readonly leafIndex: 'number' | 'string'
  /** Members of a row in another order than the usual one. */
  readonly hashFirst: boolean
}

export const plainServing: ServingSettings = {
  proofs: true,
  hashes: true,
  unpublishedProofs: true,
  leafIndex: 'number',
  hashFirst: false,
}

/** A row as `/v1/search` and `/v1/results` serve it at this moment (`AuditSearchResult`). */
export function rowText(log: AuditLog, row: Row, serving: ServingSettings): string {
  const { claims } = row
  const published = 'published' in claims ? claims.published : row.buffer !== undefined
  const hash = 'hash' in claims ? claims.hash : serving.hashes ? row.entry.hash : undefined
  const leaf = 'leaf_index' in claims ? claims.leaf_index : row.buffer?.leaf
  const hasProof = serving.proofs && serving.hashes && (row.buffer !== undefined || serving.unpublishedProofs)
  const proof =
    'membership_proof' in claims ? claims.membership_proof : hasProof ? log.membershipProof(row) : undefined
  const envelope = `"envelope":${row.entry.envelope}`
  const members = [
    ...(hash === undefined ? [] : [`"hash":${JSON.stringify(hash)}`]),
    ...(published === undefined ? [] : [`"published":${published}`]),
    ...(row.imported ? ['"imported":true'] : []),
    ...(leaf === undefined
      ? []
      : [`"leaf_index":${JSON.stringify(serving.leafIndex === 'string' ? String(leaf) : leaf)}`]),
    ...(proof === undefined ? [] : [`"membership_proof":${JSON.stringify(proof)}`]),
  ]
  const parts = serving.hashFirst ? [...members, envelope] : [envelope, ...members]
  return `{${parts.join(',')}}`
}

const stable = (hash: string, envelope: string): string => `${hash} ${envelope}`

/** What {@link stableText} makes of the row's text. */
export const stableRow = (row: Row, serving: ServingSettings): string => {
  const hash = 'hash' in row.claims ? row.claims.hash : serving.hashes ? row.entry.hash : undefined
  return stable(hash ?? '', row.entry.envelope)
}

const opening = /^\{"envelope":|(?<=,)"envelope":/

/**
 * What stays the same of a row however often it is served: its envelope and its hash. The proof, the leaf and
 * whether it is published change when a root is published.
 */
export function stableText(text: string): string {
  const found = opening.exec(text)
  if (found === null) throw new Error(`not a row: ${text.slice(0, 80)}`)
  const from = found.index + found[0].length
  const envelope = text.slice(from, endOfObject(text, from))
  const rest = text.slice(0, found.index) + text.slice(from + envelope.length)
  const hash = /"hash":"([^"]*)"/.exec(rest)?.[1] ?? ''
  return stable(hash, envelope)
}

function endOfObject(text: string, from: number): number {
  let depth = 0
  for (let at = from; at < text.length; at++) {
    const character = text[at]
    if (character === '"') {
      for (at++; text[at] !== '"'; at++) if (text[at] === '\\') at++
    } else if (character === '{') depth++
    else if (character === '}' && --depth === 0) return at + 1
  }
  throw new Error(`an envelope that does not end: ${text.slice(0, 80)}`)
}
