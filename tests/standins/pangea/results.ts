import type { AuditLog, Row } from './log.ts'
import { queryFilter, restrictionFilter } from './query.ts'
import type { SearchRequest } from './search-request.ts'

/** What a search found: the rows stay the same until it expires. */
export interface ResultSet {
  readonly id: string
  readonly rows: readonly Row[]
  /** Epoch milliseconds. */
  expiresAt: number
  readonly request: SearchRequest
}

/** The rows that a search finds now, in its order. */
export function findRows(log: AuditLog, request: SearchRequest, now: number, endInclusive: boolean): Row[] {
  const { start, end, order, orderBy, maxResults } = request
  const last = end === undefined ? Number.POSITIVE_INFINITY : endInclusive ? end : end - 1
  const matchesQuery = queryFilter(request.query)
  const isAllowed = restrictionFilter(request.restriction)
  const found = log.rows.filter(
    (row) =>
      row.entry.receivedAt >= start &&
      row.entry.receivedAt <= last &&
      row.visibleAt <= now &&
      !row.hidden &&
      matchesQuery(row) &&
      isAllowed(row),
  )
  const direction = order === 'asc' ? 1 : -1
  found.sort((a, b) => direction * compareBy(orderBy, a, b))
  return found.slice(0, maxResults)
}

function compareBy(column: string, a: Row, b: Row): number {
  if (column === 'received_at') return a.entry.receivedAt - b.entry.receivedAt
  const [left, right] = [a.entry.fields[column] ?? '', b.entry.fields[column] ?? '']
  return left < right ? -1 : left > right ? 1 : 0
}
