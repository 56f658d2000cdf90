/**
 * White space of JSON text, changed without parsing: a parse and a stringify would change numbers such as `1.0`
 * or 20-digit integers and the way that characters are escaped.
 */

const token = /"[^"\\]*(?:\\.[^"\\]*)*"|[[\]{},:]|[^\s"[\]{},:]+/gsu

/** The text without white space outside strings. */
export const compact = (text: string): string => (text.match(token) ?? []).join('')

/** The text over several lines, indented, each line after the first behind `margin`. */
export function pretty(text: string, indent = '  ', margin = ''): string {
  const tokens = text.match(token) ?? []
  let depth = 0
  let result = ''
  const newLine = () => `\n${margin}${indent.repeat(depth)}`
  for (const [position, part] of tokens.entries()) {
    const next = tokens[position + 1]
    if (part === '{' || part === '[') {
      const isEmpty = next === '}' || next === ']'
      depth++
      result += isEmpty ? part : part + newLine()
    } else if (part === '}' || part === ']') {
      const before = tokens[position - 1]
      depth--
      result += before === '{' || before === '[' ? part : newLine() + part
    } else if (part === ',') {
      result += part + newLine()
    } else {
      result += part === ':' ? ': ' : part
    }
  }
  return result
}
