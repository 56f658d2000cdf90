import type { Conf } from '../searchtime/conf.ts'
import type { Fields } from '../searchtime/eval/value.ts'
import { continueSearch, runSearch, type World } from '../searchtime/search/pipeline.ts'
import { instantOf } from '../searchtime/search/time-range.ts'
import type { Definition } from './definition.ts'

/** The tokens of the inputs as they are when a dashboard is opened, and a message to trace. */
export const opened: Readonly<Record<string, string>> = {
  'time.earliest': '-24h@h',
  'time.latest': 'now',
  input: '*',
  tenant: '*',
  message: '*@example.com',
}

/** Puts values in the place of tokens; `$name|s$` in double quotes, as Dashboard Studio's filters do. */
export function withTokens(query: string, tokens = opened): string {
  return query.replace(/\$([\w.]+)(?:\|(\w))?\$/g, (token, name: string, filter: string | undefined) => {
    const value = tokens[name]
    if (value === undefined) throw new Error(`no input sets ${token}`)
    if (filter === undefined) return value
    if (filter !== 's') throw new Error(`the token filter |${filter}`)
    return `"${value.replace(/["\\]/g, '\\$&')}"`
  })
}

/** The results of a data source, from those of the one it goes on from. */
export function answer(
  { dataSources }: Definition,
  name: string,
  world: World,
  macros: Conf,
  tokens = opened,
): readonly Fields[] {
  const source = dataSources[name]
  if (!source) throw new Error(`there is no data source ${name}`)
  const { query, extend, queryParameters } = source.options
  if (extend !== undefined) {
    const base = answer({ dataSources } as Definition, extend, world, macros, tokens)
    return continueSearch(
      base,
      withTokens(query, tokens),
      rangeOf(world, rootOf(dataSources, name), tokens),
      macros,
    )
  }
  return runSearch(withTokens(query, tokens), rangeOf(world, queryParameters, tokens), macros)
}

type Parameters = { readonly earliest: string; readonly latest: string } | undefined

function rootOf(dataSources: Definition['dataSources'], name: string): Parameters {
  const options = dataSources[name]?.options
  return options?.extend === undefined ? options?.queryParameters : rootOf(dataSources, options.extend)
}

/** The same world, seen through a time range: the data source's own, or that of the input. */
export function rangeOf(world: World, parameters: Parameters, tokens = opened): World {
  const { earliest = '$time.earliest$', latest = '$time.latest$' } = parameters ?? {}
  const instant = (modifier: string): number => instantOf(withTokens(modifier, tokens), world.now)
  return { ...world, range: { earliest: instant(earliest), latest: instant(latest) } }
}
