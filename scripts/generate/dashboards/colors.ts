/** Colours that mean the same on every dashboard. White text on them can be read (WCAG AA, 4.5:1). */
export const green = '#1F7F58'
const blue = '#2F6FAE'
export const amber = '#A8650F'
export const red = '#B93735'
const violet = '#6B4FA8'
const grey = '#66717F'

/** How a unit of the ledger stands. */
export const stateColors = {
  complete: green,
  open: blue,
  replay: violet,
  failed: amber,
  truncated: red,
  gap: red,
}

/** What a vendor holds a message to be. */
export const verdictColors = {
  phishing: red,
  malicious: '#8E2C3B',
  bec: violet,
  scam: amber,
  spam: blue,
  graymail: grey,
  neutral: green,
}

/** Where the time goes between an event and its place in the index. */
export const legColors = { vendor: grey, publication: blue, fetch: amber, write: green }

export const severityColors = {
  critical: '#8E2C3B',
  high: red,
  medium: amber,
  low: blue,
  informational: grey,
}

/** Cells whose text is `match` have the colour `value`. */
export interface CellColor {
  readonly match: string
  readonly value: string
}

/** Fills cells whose text is a key of `colors`. */
export const cellsColoredBy = (colors: Readonly<Record<string, string>>): readonly CellColor[] =>
  Object.entries(colors).map(([match, value]) => ({ match, value }))

/** The text on cells of these colours. */
export const onColors = (colors: readonly CellColor[]): readonly CellColor[] =>
  colors.map(({ match }) => ({ match, value: '#FFFFFF' }))

/** A number that is bad as soon as it is above zero. */
export const zeroIsGood = [
  { to: 1, value: green },
  { from: 1, value: red },
]
