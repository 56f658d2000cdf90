import { NotKnown } from './eval/value.ts'

/** What PCRE has and JavaScript does not, or reads differently. */
const foreign = /(?<!\\)(?:\\\\)*(?:\\[AZzGKQEhHRXC]|\(\?>|\(\?\||\(\?[&R\d]|\(\?\(|\(\?P[=>]|\[\[:|[*+?}]\+)/

/**
 * A Perl-compatible regular expression of a .conf file or an eval string as a JavaScript one. Only the common part of
 * the two languages is taken. @throws NotKnown for the rest, and for an invalid expression.
 */
export function compilePattern(pattern: string, flags = ''): RegExp {
  const inline = /^\(\?([ims]+)\)/.exec(pattern)
  const body = inline ? pattern.slice(inline[0].length) : pattern
  if (foreign.test(body)) throw new NotKnown(`the regular expression ${pattern} uses what only PCRE has`)
  const common = body
    .replaceAll('(?P<', '(?<')
    // In unicode mode JavaScript refuses escapes of characters that need none.
    .replace(/\\([\s\S])/g, (sequence, character: string) =>
      /["'<>:@_=,;%!&#~` -]/.test(character) && character !== '-' ? character : sequence,
    )
  try {
    return new RegExp(common, [...new Set(`${flags}${inline?.[1] ?? ''}u`)].join(''))
  } catch (error) {
    throw new NotKnown(`the regular expression ${pattern}: ${error instanceof Error ? error.message : error}`)
  }
}

/** The named groups of a pattern, in order. */
export const groupsOf = (pattern: string): string[] =>
  [...pattern.matchAll(/\(\?P?<([A-Za-z_]\w*)>/g)].map((match) => match[1] ?? '')
