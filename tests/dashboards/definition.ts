import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const root = join(import.meta.dirname, '..', '..', 'default', 'data', 'ui')

const dataSource = z.object({
  type: z.enum(['ds.search', 'ds.chain']),
  name: z.string(),
  options: z.object({
    query: z.string(),
    extend: z.string().optional(),
    queryParameters: z.object({ earliest: z.string(), latest: z.string() }).optional(),
  }),
})

const shown = z.object({
  type: z.string(),
  title: z.string(),
  description: z.string().optional(),
  dataSources: z.object({ primary: z.string() }).optional(),
  options: z.record(z.string(), z.unknown()).optional(),
  context: z.record(z.string(), z.unknown()).optional(),
  eventHandlers: z.array(z.object({ type: z.string(), options: z.unknown() })).optional(),
})

const definition = z.object({
  title: z.string(),
  description: z.string(),
  visualizations: z.record(z.string(), shown),
  dataSources: z.record(z.string(), dataSource),
  defaults: z.unknown(),
  inputs: z.record(z.string(), shown),
  layout: z.object({
    type: z.literal('grid'),
    options: z.object({ width: z.number() }),
    structure: z.array(
      z.object({
        item: z.string(),
        type: z.string(),
        position: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
      }),
    ),
    globalInputs: z.array(z.string()),
  }),
})

export type Definition = z.infer<typeof definition>

/** A dashboard as it is delivered. */
export interface Delivered {
  readonly name: string
  readonly label: string
  readonly definition: Definition
}

/** @throws when a view is not a dashboard of Dashboard Studio, or its definition is not what ours look like. */
export function readDashboards(): Delivered[] {
  return readdirSync(join(root, 'views'))
    .filter((file) => file.startsWith('mailtrail_'))
    .map((file) => {
      const xml = readFileSync(join(root, 'views', file), 'utf8')
      const [, label, json] =
        /^(?:<!--.*-->\n)?<dashboard version="2" theme="light">\n {2}<label>([^<&]+)<\/label>\n {2}<description>[^<&]+<\/description>\n {2}<definition><!\[CDATA\[([\s\S]*)\]\]><\/definition>\n<\/dashboard>\n$/.exec(
          xml,
        ) ?? []
      if (label === undefined || json === undefined) throw new Error(`${file} is not a dashboard as expected`)
      if (json.includes(']]>')) throw new Error(`${file}: "]]>" ends the definition too early`)
      return { name: file.replace(/\.xml$/, ''), label, definition: definition.parse(JSON.parse(json)) }
    })
}

/** Names of the views in the app's menu. */
export function viewsInMenu(): string[] {
  const nav = readFileSync(join(root, 'nav', 'default.xml'), 'utf8')
  return [...nav.matchAll(/<view name="([^"]+)"/g)].map(([, name = '']) => name)
}
