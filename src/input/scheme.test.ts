import { XMLParser } from 'fast-xml-parser'
import { describe, expect, it } from 'vitest'
import { definitions } from '../sources/index.ts'
import { renderScheme } from './scheme.ts'

const parser = new XMLParser({
  ignoreAttributes: false,
  parseTagValue: false,
  isArray: (name) => name === 'arg',
})

describe.each(definitions.map((definition) => [definition.scheme, definition] as const))(
  '--scheme of %s',
  (_, definition) => {
    const { scheme } = parser.parse(renderScheme(definition), true)

    it('asks for external validation, one process a stanza, and XML', () => {
      expect(scheme).toMatchObject({
        title: definition.title,
        use_external_validation: 'true',
        use_single_instance: 'false',
        streaming_mode: 'xml',
      })
    })

    it('declares every parameter, and says of each whether it is required', () => {
      const names = scheme.endpoint.args.arg.map((arg: Record<string, string>) => arg['@_name'])
      expect(names).toEqual(definition.parameters.map(({ name }) => name))
      for (const [index, arg] of scheme.endpoint.args.arg.entries()) {
        const parameter = definition.parameters[index]
        expect(arg.required_on_create).toBe(String(parameter?.requiredOnCreate === true))
        expect(arg.required_on_edit).toBe('false')
        expect(arg.title).toBe(parameter?.title)
      }
    })
  },
)
