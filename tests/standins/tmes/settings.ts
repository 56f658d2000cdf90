/** What the page leaves open or a test wants otherwise. All of it can be changed while the stand-in runs. */
export interface TmesSettings {
  /** Log Retrieval in the console; off answers 404. */
  logRetrieval: boolean
  /** Whether the account may read logs; not answers 403. */
  authorised: boolean
  /** The largest `limit`, and what a larger one leads to. */
  mostRows: number
  largerLimit: 'refused' | 'lowered'
  /** Which time `start` and `end` filter, and whether each belongs to the range. */
  filter: 'genTime' | 'timestamp'
  startInclusive: boolean
  endInclusive: boolean
  /** A start more than 72 hours ago. */
  tooOld: 'lowered' | 'refused'
  order: 'ascending' | 'descending' | 'any'
  /** How "no logs" looks: no content, an empty list, an empty body, or an object without `logs`. */
  noLogs: '204' | 'list' | 'body' | 'object'
  /** Whether `nextToken` arrives percent-encoded. */
  encodedToken: boolean
  /** Life of a token in milliseconds. */
  tokenLifetime: number
  /** Whether a full page has a token even when nothing follows. */
  tokenAfterLastPage: boolean
  /** `same`: a page answers with the token that asked for it, `cycle`: with an earlier one; both for ever. */
  repeatTokens: 'never' | 'same' | 'cycle'
  /** `snapshot`: a chain keeps its rows; `live`: rows that become visible move the later pages. */
  paging: 'snapshot' | 'live'
  /** One line, one line for each row, or indented as on the page. */
  layout: 'compact' | 'lines' | 'pretty'
  /** Whether `nextToken` stands before or behind `logs`. */
  tokenPosition: 'first' | 'last'
  /** Compressed for clients that accept it. */
  gzip: boolean
}

export const defaultSettings = (): TmesSettings => ({
  logRetrieval: true,
  authorised: true,
  mostRows: 500,
  largerLimit: 'refused',
  filter: 'genTime',
  startInclusive: true,
  endInclusive: true,
  tooOld: 'lowered',
  order: 'ascending',
  noLogs: '204',
  encodedToken: true,
  tokenLifetime: 3_600_000,
  tokenAfterLastPage: false,
  repeatTokens: 'never',
  paging: 'snapshot',
  layout: 'compact',
  tokenPosition: 'first',
  gzip: true,
})
