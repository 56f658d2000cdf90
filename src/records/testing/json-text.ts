import type { MemberPath } from '../block.ts'
import type { Random } from './random.ts'

/** Members that the texts have often, at these places and at others. */
export const wantedMembers: readonly MemberPath[] = [
  ['timestamp'],
  ['message', 'timestamp'],
  ['message'],
  ['message', 'verdict', 'timestamp'],
  ['é<&>'],
  ['log\n𝄞'],
]

const names = [
  'timestamp',
  'message',
  'verdict',
  'é<&>',
  'log\n𝄞',
  '',
  'x',
  'timestam',
  'timestamps',
  '__proto__',
  `a name of ${'many '.repeat(9)}letters`,
]
const texts = [
  '',
  'a',
  '2026-11-22T20:00:00Z',
  'Grüße & <b>"Käse"</b>',
  '邮件 📧',
  '\ufffe\uffff\ufffd\uffee',
  '\\',
  '\b\f\n\r\t\u0001\u007f\u0085\u2028',
  '{"timestamp":1}',
  'long '.repeat(30),
]
const scalars = ['0', '-0', '1.0', '12345678901234567890', '-1.5e-10', '2E+3', 'true', 'false', 'null']

/** How a text is laid out. */
export interface Layout {
  /** What may stand between any two tokens. */
  readonly spaces: readonly string[]
  /** What always follows a colon or comma. */
  readonly afterMark?: string
}
export const oneLine: Layout = { spaces: ['', '', '', ' ', '\t'] }
export const manyLines: Layout = { spaces: ['', '\n', '\r\n', ' ', '\n  '] }
/** As most programs write it. */
export const compact: Layout = { spaces: [''] }
export const spaced: Layout = { spaces: [''], afterMark: ' ' }
export const layouts: readonly Layout[] = [oneLine, manyLines, compact, spaced]

/** The text of a JSON object with much of what the grammar allows. */
export function objectText(random: Random, layout: Layout, depth = 0): string {
  const { afterMark = '' } = layout
  const space = () => random.pick(layout.spaces)
  const members = Array.from({ length: random.below(depth === 0 ? 8 : 4) }, () => {
    return `${space()}${stringText(random, random.pick(names))}${space()}:${afterMark}${space()}${valueText(random, layout, depth + 1)}${space()}`
  })
  return `{${members.length === 0 ? space() : members.join(`,${afterMark}`)}}`
}

function valueText(random: Random, layout: Layout, depth: number): string {
  const space = () => random.pick(layout.spaces)
  const kind = random.below(depth > 5 ? 6 : 10)
  if (kind < 3) return random.pick(scalars)
  if (kind < 6) return stringText(random, random.pick(texts))
  if (kind < 9) return objectText(random, layout, depth)
  const elements = Array.from(
    { length: random.below(4) },
    () => `${space()}${valueText(random, layout, depth + 1)}${space()}`,
  )
  return `[${elements.length === 0 ? space() : elements.join(`,${layout.afterMark ?? ''}`)}]`
}

/** A string literal, now and then with escapes where none are needed. */
function stringText(random: Random, text: string): string {
  const literal = JSON.stringify(text)
  if (!random.once(4)) return literal
  const units = Array.from({ length: text.length }, (_, i) => {
    const digits = text.charCodeAt(i).toString(16).padStart(4, '0')
    return `\\u${random.once(2) ? digits.toUpperCase() : digits}`
  })
  return random.once(2) ? `"${units.join('')}"` : literal.replace(/[a-z/](?=[^\\]*"$)/, (c) => hexEscape(c))
}

const hexEscape = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

const noise = '"\\{}[]:,0123456789-+.eEtrufalsn \t\n\r\u0001é<&\ufffe'

/** The text with a few characters taken away, put in, changed, or cut. */
export function mutated(random: Random, text: string): string {
  let changed = text
  for (let times = 1 + random.below(3); times > 0; times--) {
    const at = random.below(changed.length + 1)
    const kind = random.below(4)
    const rest = changed.slice(kind === 0 ? at : at + 1)
    changed =
      kind === 3 && random.once(4)
        ? changed.slice(0, at)
        : changed.slice(0, at) + (kind === 1 ? '' : random.pick([...noise])) + rest
  }
  return changed
}
