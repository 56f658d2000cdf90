/** Colours that mean the same on every dashboard, readable on light and dark. */
const green = '#2A9D6F'
const blue = '#3B82C4'
const amber = '#D9902F'
const red = '#C9403F'
const violet = '#7A5CB5'
const grey = '#7F8A99'

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

/** Cells whose text is a key of `colors` are filled with its colour. */
export const cellsColoredBy = (
  colors: Readonly<Record<string, string>>,
): readonly { readonly match: string; readonly value: string }[] =>
  Object.entries(colors).map(([match, value]) => ({ match, value }))

/** A number that is bad as soon as it is above zero. */
export const zeroIsGood = [
  { to: 1, value: green },
  { from: 1, value: red },
]
