/**
 * Two texts of one number. The vendor does not say in which form its server hashes numbers, so a number counts as
 * sent first, and in the form of RFC 8785 second, but only where both are the same value to the last digit: a
 * changed digit beyond 2^53 stays a changed record.
 */

/** What JSON calls a number. */
export const wholeNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

/** Digits and exponent of a decimal number without leading and trailing zeros: equal for equal values. */
const decimalValue = (text: string): string => {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e')
  const negative = mantissa.startsWith('-')
  const [whole = '', fraction = ''] = (negative ? mantissa.slice(1) : mantissa).split('.')
  const digits = (whole + fraction).replace(/^0+/, '')
  const significant = digits.replace(/0+$/, '')
  if (significant === '') return '0'
  const scale = BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.length - significant.length)
  return `${negative ? '-' : ''}${significant}e${scale}`
}

/** The RFC 8785 text of a number, or the text itself where a double cannot hold exactly that value. */
export const shortestNumberText = (text: string): string => {
  if (/^-?[1-9]\d{0,14}$/.test(text) || text === '0') return text
  const value = Number(text)
  if (!Number.isFinite(value)) return text
  const shortest = String(Object.is(value, -0) ? 0 : value)
  return shortest === text || decimalValue(shortest) !== decimalValue(text) ? text : shortest
}
