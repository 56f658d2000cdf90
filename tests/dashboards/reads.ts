import type { Conf } from '../searchtime/conf.ts'
import { fieldsOf, parseExpression } from '../searchtime/eval/parser.ts'
import { NotKnown } from '../searchtime/eval/value.ts'
import { parseFilter } from '../searchtime/search/filter.ts'
import { expandMacros } from '../searchtime/search/macros.ts'
import { splitOutside } from '../searchtime/search/split.ts'
import { withConditions } from '../searchtime/search/subsearch.ts'

const names = (list: string): string[] =>
  [...list.matchAll(/"([^"]+)"|([^\s,"]+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')

/**
 * Every field that a search reads and that is neither in `given` nor made by a command before: by eval, stats,
 * rename and so on. A field that only an `append` makes counts as made.
 */
export function unknownFields(search: string, given: ReadonlySet<string>, macros: Conf): string[] {
  const known = new Set(given)
  const unknown = new Set<string>()
  const read = (fields: readonly string[]): void => {
    for (const field of fields) if (!known.has(field)) unknown.add(field)
  }
  const write = (fields: readonly string[]): void => {
    for (const field of fields) known.add(field)
  }
  const [first = '', ...pipes] = splitOutside(expandMacros(search, macros), '|')
  if (first !== '') {
    const filter = withConditions(first, (subsearch) => {
      for (const field of unknownFields(subsearch, given, macros)) unknown.add(field)
      return [new Map(madeBy(subsearch, macros).map((field) => [field, '']))]
    })
    read(parseFilter(filter).fields)
  }
  for (const pipe of pipes) {
    const [, command = '', words = ''] = /^(\w+)\s*([\s\S]*)$/.exec(pipe) ?? []
    if (command === 'where') read(fieldsOf(parseExpression(words)))
    else if (command === 'search') read(parseFilter(words).fields)
    else if (command === 'eval') {
      for (const assignment of splitOutside(words, ',')) {
        const [, field = '', expression = ''] = /^(\w+)\s*=(?!=)([\s\S]+)$/.exec(assignment) ?? []
        read(fieldsOf(parseExpression(expression)))
        write([field])
      }
    } else if (command === 'stats' || command === 'eventstats' || command === 'timechart') {
      const { reads, writes } = statistics(words.replace(/^span=\w+\s+/, ''))
      read(reads)
      // What stats gives is all there is afterwards.
      if (command !== 'eventstats') known.clear()
      write([...writes, ...(command === 'timechart' ? ['_time'] : [])])
    } else if (command === 'tstats') {
      const [, functions = '', filter = '', by = ''] =
        /^([\s\S]+?) WHERE ([\s\S]+) BY (\w+)$/.exec(words) ?? []
      read(parseFilter(filter).fields)
      known.clear()
      write(statistics(`${functions} BY ${by}`).writes)
    } else if (command === 'rename') {
      for (const part of splitOutside(words, ',')) {
        const [, from = '', to = '', quoted = ''] = /^(\w+) AS (?:(\w+)|"([^"]+)")$/.exec(part) ?? []
        read([from])
        write([to || quoted])
      }
    } else if (command === 'table' || command === 'xyseries') read(names(words))
    else if (command === 'sort') read(names(words.replace(/^0 /, '')).map((name) => name.replace(/^-/, '')))
    else if (command === 'dedup') read([words.split(' ')[0] ?? ''])
    else if (command === 'fields') for (const field of names(words.replace(/^- /, ''))) known.delete(field)
    else if (command === 'addinfo') write(['info_min_time', 'info_max_time'])
    else if (command === 'append') {
      const inner = words.slice(1, -1)
      for (const field of unknownFields(inner, given, macros)) unknown.add(field)
      write(madeBy(inner, macros))
    } else if (!['inputlookup', 'head', 'bin'].includes(command)) throw new NotKnown(`the command ${command}`)
  }
  return [...unknown]
}

function statistics(words: string): { readonly reads: string[]; readonly writes: string[] } {
  const [functions = '', by = ''] = words.split(/\s+BY\s+/i)
  const found = [...functions.matchAll(/(\w+)(?:\((\w*)\))?(?:\s+AS\s+(\w+))?/g)]
  const keys = names(by)
  return {
    reads: [...found.flatMap(([, , field]) => (field ? [field] : [])), ...keys],
    writes: [...found.map(([, of = '', field, as]) => as ?? (field ? `${of}(${field})` : of)), ...keys],
  }
}

/** What the last `stats` or `table` of a subsearch leaves. */
function madeBy(search: string, macros: Conf): string[] {
  const made = splitOutside(expandMacros(search, macros), '|').flatMap((pipe) => {
    const [, command, words = ''] = /^(\w+)\s*([\s\S]*)$/.exec(pipe) ?? []
    return command === 'stats' ? [statistics(words).writes] : command === 'table' ? [names(words)] : []
  })
  return made.at(-1) ?? []
}
