import type { Conf } from '../conf.ts'
import { evaluate } from '../eval/evaluate.ts'
import { parseExpression } from '../eval/parser.ts'
import { NotKnown, texts } from '../eval/value.ts'

/** Puts the definitions of macros in the place of their names in backticks. Source: macros.conf.spec. */
export function expandMacros(search: string, macros: Conf, depth = 0): string {
  if (depth > 10) throw new NotKnown(`macros that call each other without end in ${search}`)
  return search.replace(/`([^`]+)`/g, (_, use: string) => {
    const call = /^(\w+)(?:\(([\s\S]*)\))?$/.exec(use.trim())
    const values = call?.[2] === undefined ? [] : argumentsOf(call[2])
    const name = values.length > 0 ? `${call?.[1]}(${values.length})` : (call?.[1] ?? use)
    const macro = macros.get(name)
    if (!macro) throw new NotKnown(`the macro ${name}`)
    const names = (macro.get('args') ?? '')
      .split(',')
      .map((text) => text.trim())
      .filter((text) => text !== '')
    if (names.length !== values.length)
      throw new NotKnown(`the macro ${name} names ${names.length} arguments in args`)
    let definition = macro.get('definition') ?? ''
    names.forEach((argument, at) => {
      if (!definition.includes(`$${argument}$`))
        throw new NotKnown(`the macro ${name} does not use $${argument}$`)
      definition = definition.replaceAll(`$${argument}$`, values[at] ?? '')
    })
    const unset = /\$\w+\$/.exec(definition)
    if (unset) throw new NotKnown(`the macro ${name} uses ${unset[0]}, which is no argument of it`)
    if (macro.get('iseval') === '1' || macro.get('iseval') === 'true') {
      definition = texts(evaluate(parseExpression(definition), new Map()))[0] ?? ''
    }
    return expandMacros(definition, macros, depth + 1)
  })
}

/** Arguments between commas; one in double quotes may hold commas, and loses the quotes. */
function argumentsOf(list: string): string[] {
  return [...list.matchAll(/\s*(?:"([^"]*)"|([^,]+))\s*(?:,|$)/g)].map(
    (match) => match[1] ?? match[2]?.trim() ?? '',
  )
}
