import { XMLParser, XMLValidator } from 'fast-xml-parser'

/** One argument of a scheme. */
export interface SchemeArgument {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly dataType: 'string' | 'number' | 'boolean'
  readonly requiredOnCreate: boolean
  readonly requiredOnEdit: boolean
}

/** What an input type said of itself when it was asked with `--scheme`. */
export interface Scheme {
  readonly name: string
  readonly app: string
  readonly title: string
  readonly description: string
  readonly streamingMode: 'simple' | 'xml'
  readonly externalValidation: boolean
  readonly singleInstance: boolean
  readonly arguments: readonly SchemeArgument[]
}

const ARGUMENTS = 'scheme.endpoint.args.arg'

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  isArray: (_, path) => path === ARGUMENTS,
})

function child(node: unknown, name: string): unknown {
  return typeof node === 'object' && node !== null
    ? Object.entries(node).find(([key]) => key === name)?.[1]
    : undefined
}

function text(node: unknown, name: string): string | undefined {
  const value = child(node, name)
  return typeof value === 'string' ? value : undefined
}

function flag(node: unknown, name: string, fallback: boolean): boolean {
  const value = text(node, name)?.toLowerCase()
  if (value === undefined) return fallback
  if (!['true', 'false', '1', '0'].includes(value))
    throw new Error(`<${name}> is neither true nor false: ${value}`)
  return value === 'true' || value === '1'
}

function argument(node: unknown): SchemeArgument {
  const name = text(node, '@name')
  if (!name) throw new Error('an <arg> without a name')
  const dataType = (text(node, 'data_type') ?? 'string').toLowerCase()
  if (dataType !== 'string' && dataType !== 'number' && dataType !== 'boolean') {
    throw new Error(`argument ${name} has the unknown data_type ${dataType}`)
  }
  return {
    name,
    title: text(node, 'title') ?? name,
    description: text(node, 'description') ?? '',
    dataType,
    // The platform's own defaults: on create an argument is required, on edit it is optional.
    requiredOnCreate: flag(node, 'required_on_create', true),
    requiredOnEdit: flag(node, 'required_on_edit', false),
  }
}

/** Reads a `--scheme` reply; an empty one is accepted. Throws with the reason for what is not a scheme. */
export function parseScheme(reply: string, name: string, app: string): Scheme {
  const valid = reply.trim() === '' ? true : XMLValidator.validate(reply)
  if (valid !== true) throw new Error(`the reply is not XML: ${valid.err.msg} (line ${valid.err.line})`)
  const document: unknown = parser.parse(reply)
  const scheme = child(document, 'scheme')
  if (scheme === undefined && reply.trim() !== '') throw new Error('the reply has no <scheme>')
  const mode = (text(scheme, 'streaming_mode') ?? 'simple').toLowerCase()
  if (mode !== 'simple' && mode !== 'xml') throw new Error(`unknown streaming_mode ${mode}`)
  const nodes = child(child(child(scheme, 'endpoint'), 'args'), 'arg')
  return {
    name,
    app,
    title: text(scheme, 'title') ?? name,
    description: text(scheme, 'description') ?? '',
    streamingMode: mode,
    externalValidation: flag(scheme, 'use_external_validation', false),
    singleInstance: flag(scheme, 'use_single_instance', false),
    arguments: Array.isArray(nodes) ? nodes.map(argument) : [],
  }
}
