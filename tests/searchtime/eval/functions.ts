import { compilePattern } from '../pattern.ts'
import { parseTime, renderTime } from './time.ts'
import { asNumber, fromTexts, isMultivalue, NotKnown, texts, type Value } from './value.ts'

export interface EvalFunction {
  /** Fewest and most arguments. */
  readonly arity: readonly [number, number]
  /** Arguments that may be multivalue fields: all, those by index, or none where Splunk does not support them. */
  readonly multivalue: 'all' | readonly number[]
  /** A function that is given null as its first argument gives null, unless it says otherwise. */
  readonly takesNull?: true
  apply(args: readonly Value[]): Value
}

const any = Number.POSITIVE_INFINITY
const text = (value: Value | undefined): string => texts(value ?? null)[0] ?? ''
const number = (value: Value | undefined, of: string): number => {
  const found = asNumber(value ?? null)
  if (found === undefined) throw new NotKnown(`${of} is given "${text(value)}", which is no number`)
  return found
}
/** `null` in, `null` out; text in, text out. */
const ofText = (
  apply: (input: string, args: readonly Value[]) => Value,
  arity: readonly [number, number],
): EvalFunction => ({
  arity,
  multivalue: [],
  apply: (args) => apply(text(args[0]), args),
})

const characters = (set: string): string => set.replace(/[\\\]^-]/g, '\\$&')

/**
 * The evaluation functions that the add-on's .conf files use, and no others. Source: Splunk Search Reference,
 * "Evaluation functions" (help.splunk.com); `functions.test.ts` holds each against the examples given there.
 * `case`, `if`, `mvmap` and `mvfilter` do not evaluate all their arguments: they are in `evaluate.ts`.
 */
export const evalFunctions: Readonly<Record<string, EvalFunction>> = {
  // Comparison and conditional functions.
  coalesce: {
    arity: [1, any],
    multivalue: 'all',
    takesNull: true,
    apply: (args) => args.find((value) => value !== null) ?? null,
  },
  in: {
    arity: [2, any],
    multivalue: [],
    apply: ([value, ...list]) => list.some((item) => text(item) === text(value)),
  },
  like: {
    arity: [2, 2],
    multivalue: [],
    apply: ([value, pattern]) => {
      const regex = text(pattern)
        .replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
        .replaceAll('%', '[\\s\\S]*')
        .replaceAll('_', '[\\s\\S]')
      return new RegExp(`^${regex}$`, 'u').test(text(value))
    },
  },
  match: ofText((input, [, regex]) => compilePattern(text(regex)).test(input), [2, 2]),
  nullif: {
    arity: [2, 2],
    multivalue: [],
    apply: ([value, other]) => (other !== null && text(value) === text(other) ? null : (value ?? null)),
  },
  // Informational functions and constants.
  isnull: { arity: [1, 1], multivalue: 'all', takesNull: true, apply: ([value]) => value === null },
  isnotnull: { arity: [1, 1], multivalue: 'all', takesNull: true, apply: ([value]) => value !== null },
  null: { arity: [0, 0], multivalue: [], apply: () => null },
  true: { arity: [0, 0], multivalue: [], apply: () => true },
  false: { arity: [0, 0], multivalue: [], apply: () => false },
  // Text functions: not supported on multivalue fields.
  lower: ofText((input) => input.toLowerCase(), [1, 1]),
  upper: ofText((input) => input.toUpperCase(), [1, 1]),
  len: ofText((input) => [...input].length, [1, 1]),
  replace: ofText(
    (input, [, regex, replacement]) =>
      input.replace(compilePattern(text(regex), 'g'), (...match) =>
        text(replacement).replace(/\\(\d)/g, (_, group: string) => String(match[Number(group)] ?? '')),
      ),
    [3, 3],
  ),
  substr: ofText(
    (input, [, start, length]) => {
      const from = number(start, 'substr')
      const begin = from < 0 ? input.length + from : from - 1
      return input.slice(begin, length === undefined ? undefined : begin + number(length, 'substr'))
    },
    [2, 3],
  ),
  trim: ofText(
    (input, [, set]) => {
      const trimmed = set === undefined ? ' \\t' : characters(text(set))
      return input.replace(new RegExp(`^[${trimmed}]+|[${trimmed}]+$`, 'gu'), '')
    },
    [1, 2],
  ),
  // Conversion and mathematical functions.
  tonumber: ofText(
    (input, [, base]) => {
      if (base !== undefined) return Number.parseInt(input, number(base, 'tonumber'))
      return asNumber(input) ?? null
    },
    [1, 2],
  ),
  round: {
    arity: [1, 2],
    multivalue: [],
    apply: ([value, places]) => {
      const scale = 10 ** (places === undefined ? 0 : number(places, 'round'))
      return Math.round((number(value, 'round') + Number.EPSILON) * scale) / scale
    },
  },
  // Statistical functions: `min` and `max` also take multivalue fields, which is not needed here.
  min: { arity: [1, any], multivalue: [], apply: (args) => extreme(args, Math.min) },
  max: { arity: [1, any], multivalue: [], apply: (args) => extreme(args, Math.max) },
  // Date and time functions; the zone of the search head is taken to be UTC.
  strptime: ofText((input, [, format]) => parseTime(input, text(format)), [2, 2]),
  strftime: {
    arity: [2, 2],
    multivalue: [],
    apply: ([value, format]) => renderTime(number(value, 'strftime'), text(format)),
  },
  // Multivalue functions.
  mvappend: {
    arity: [1, any],
    multivalue: 'all',
    takesNull: true,
    apply: (args) => fromTexts(args.flatMap((value) => texts(value))),
  },
  mvcount: { arity: [1, 1], multivalue: 'all', apply: ([value]) => texts(value ?? null).length },
  mvdedup: {
    arity: [1, 1],
    multivalue: 'all',
    apply: ([value]) => fromTexts([...new Set(texts(value ?? null))]),
  },
  mvfind: {
    arity: [2, 2],
    multivalue: [0],
    apply: ([value, regex]) => {
      const at = texts(value ?? null).findIndex((item) => compilePattern(text(regex)).test(item))
      return at < 0 ? null : at
    },
  },
  mvindex: {
    arity: [2, 3],
    multivalue: [0],
    apply: ([value, start, end]) => {
      const all = texts(value ?? null)
      const index = (of: Value | undefined): number => {
        const at = number(of, 'mvindex')
        return at < 0 ? all.length + at : at
      }
      return fromTexts(all.slice(index(start), (end === undefined ? index(start) : index(end)) + 1))
    },
  },
  mvjoin: {
    arity: [2, 2],
    multivalue: [0],
    apply: ([value, delimiter]) => texts(value ?? null).join(text(delimiter)),
  },
  mvsort: {
    arity: [1, 1],
    multivalue: 'all',
    apply: ([value]) => fromTexts([...texts(value ?? null)].sort()),
  },
  split: ofText((input, [, delimiter]) => fromTexts(input.split(text(delimiter))), [2, 2]),
}

function extreme(args: readonly Value[], of: (...numbers: number[]) => number): Value {
  const present = args.filter((value) => value !== null)
  return present.length === 0 ? null : of(...present.map((value) => number(value, 'min or max')))
}

/** Applies a function after checking that Splunk defines it for these arguments. */
export function call(name: string, args: readonly Value[]): Value {
  const known = Object.hasOwn(evalFunctions, name) ? evalFunctions[name] : undefined
  if (!known) throw new NotKnown(`the function ${name}() is not one that the harness knows`)
  const [fewest, most] = known.arity
  if (args.length < fewest || args.length > most)
    throw new NotKnown(`${name}() with ${args.length} arguments`)
  const allowed: readonly number[] | 'all' = known.multivalue
  if (allowed !== 'all') {
    const at = args.findIndex((value, index) => isMultivalue(value) && !allowed.includes(index))
    if (at >= 0)
      throw new NotKnown(`${name}() on a multivalue field (argument ${at + 1}): Splunk does not support it`)
  }
  if (!known.takesNull && args.length > 0 && args[0] === null) return null
  return known.apply(args)
}
