import { XMLParser } from 'fast-xml-parser'
import * as z from 'zod'
import { Misconfigured } from '../errors.ts'
import { Secret } from '../secret.ts'

/** One stanza, or the item that `--validate-arguments` asks about. */
export interface Stanza {
  /** As splunkd names it: `scheme://name` in a run; in validation the bare name. */
  readonly name: string
  /** The app in whose inputs.conf it stands. */
  readonly app: string | undefined
  readonly parameters: ReadonlyMap<string, string>
}

/**
 * What splunkd writes to the program's stdin: `<input>` for a run, `<items>` for `--validate-arguments`.
 * Source: Splunk, "Modular inputs basic example" and "Set up external validation".
 */
export interface StdinDocument {
  readonly serverHost: string
  readonly serverUri: string
  readonly sessionKey: Secret
  readonly stanzas: readonly Stanza[]
}

const text = z.union([z.string(), z.number()]).transform(String).optional()
const named = z.object({ '@name': z.string() })
const stanza = named.extend({
  '@app': z.string().optional(),
  param: z.array(named.extend({ '#text': text })).default([]),
  param_list: z.array(named.extend({ value: z.array(z.string()).default([]) })).default([]),
})
const header = z.object({
  server_host: z.string().default('localhost'),
  server_uri: z.string(),
  session_key: z.string(),
})
const runDocument = z.object({
  input: header.extend({
    configuration: z.union([z.string(), z.object({ stanza: z.array(stanza).default([]) })]).optional(),
  }),
})
const validationDocument = z.object({ items: header.extend({ item: z.array(stanza).default([]) }) })

const lists = new Set(['param', 'param_list', 'value', 'stanza', 'item'])

/** @throws {Misconfigured} when the text is not a document that splunkd would write. */
export function parseStdinDocument(xml: string): StdinDocument {
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    parseTagValue: false,
    parseAttributeValue: false,
    trimValues: false,
    isArray: (name) => lists.has(name),
  })
  let raw: unknown
  try {
    raw = parser.parse(xml.trimStart(), true)
  } catch (error) {
    throw new Misconfigured(
      'The document on stdin is not well-formed XML; splunkd writes an <input> or <items> document there.',
      {
        cause: error,
      },
    )
  }
  const run = runDocument.safeParse(raw)
  if (run.success) {
    const { configuration } = run.data.input
    return document(run.data.input, typeof configuration === 'object' ? configuration.stanza : [])
  }
  const validation = validationDocument.safeParse(raw)
  if (validation.success) return document(validation.data.items, validation.data.items.item)
  throw new Misconfigured(
    'The document on stdin lacks what splunkd writes there: <input> or <items> with server_uri, session_key and stanzas.',
  )
}

function document(head: z.infer<typeof header>, stanzas: readonly z.infer<typeof stanza>[]): StdinDocument {
  return {
    serverHost: head.server_host.trim(),
    serverUri: head.server_uri.trim(),
    sessionKey: new Secret(head.session_key.trim()),
    stanzas: stanzas.map((element) => ({
      name: element['@name'],
      app: element['@app'],
      parameters: new Map([
        ...element.param.map((param): [string, string] => [param['@name'], param['#text'] ?? '']),
        ...element.param_list.map((list): [string, string] => [list['@name'], list.value.join(',')]),
      ]),
    })),
  }
}
