import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { describe, expect, it } from 'vitest'
import { projectRoot } from '../../scripts/package/project.ts'
import { definitions } from '../../src/sources/index.ts'
import { builtPackage } from '../built-package.ts'
import { readPackage } from './app-package.ts'

/** A node as the parser gives it in document order: its name with its children, and its attributes. */
interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly Element[]
  readonly text: string
}

/** What Splunk Web knows in a file under data/ui/manager: elements, their attributes, and what may stand in them. */
const known: Readonly<Record<string, { attributes: readonly string[]; children: readonly string[] }>> = {
  endpoint: { attributes: ['name'], children: ['header', 'breadcrumb', 'elements'] },
  header: { attributes: [], children: [] },
  breadcrumb: { attributes: [], children: ['parent', 'name'] },
  parent: { attributes: ['hidecurrent'], children: [] },
  name: { attributes: [], children: [] },
  elements: { attributes: [], children: ['element'] },
  element: {
    attributes: ['name', 'type', 'label', 'class'],
    children: ['view', 'key', 'elements', 'options', 'onChange'],
  },
  view: { attributes: ['name'], children: [] },
  key: { attributes: ['name', 'type'], children: ['key'] },
  options: { attributes: [], children: ['opt'] },
  opt: { attributes: ['value', 'label'], children: [] },
  onChange: { attributes: [], children: ['key', 'group_set'] },
  group_set: { attributes: [], children: ['group'] },
  group: { attributes: ['name'], children: [] },
}
const types = ['fieldset', 'textfield', 'password', 'checkbox', 'select']
const keys = [
  ...['legend', 'helpText', 'exampleText', 'processValueList', '_action', '0', '1'],
  ...['dynamicOptions', 'keyName', 'keyValue', 'splunkSource', 'splunkSourceParams', 'search', 'count'],
]

const xmlOf = (scheme: string): string =>
  readFileSync(join(projectRoot, `default/data/ui/manager/${scheme}.xml`), 'utf8')

function parsed(xml: string): Element {
  const parser = new XMLParser({ preserveOrder: true, ignoreAttributes: false, attributeNamePrefix: '' })
  const [root] = elementsIn(parser.parse(xml))
  if (root === undefined) throw new Error('no element')
  return root
}

function elementsIn(nodes: unknown): Element[] {
  if (!Array.isArray(nodes)) return []
  return nodes.flatMap((node: Record<string, unknown>) => {
    const name = Object.keys(node).find((each) => each !== ':@' && each !== '#text')
    if (name === undefined) return []
    const inside = node[name]
    const text = Array.isArray(inside) ? inside.map((each) => each['#text'] ?? '').join('') : ''
    return [
      { name, attributes: (node[':@'] ?? {}) as Record<string, string>, children: elementsIn(inside), text },
    ]
  })
}

const all = (element: Element): Element[] => [element, ...element.children.flatMap(all)]
const fieldsOf = (scheme: string): Element[] =>
  all(parsed(xmlOf(scheme))).filter(
    ({ name, attributes }) => name === 'element' && attributes.type !== 'fieldset',
  )
const field = (scheme: string, name: string) =>
  fieldsOf(scheme).find(({ attributes }) => attributes.name === name)

describe.each(definitions.map((definition) => [definition.scheme, definition] as const))(
  'The form of %s',
  (scheme, definition) => {
    it('is well-formed, and holds only what Splunk Web knows', () => {
      expect(XMLValidator.validate(xmlOf(scheme))).toBe(true)
      const problems = all(parsed(xmlOf(scheme))).flatMap(({ name, attributes, children }) => {
        const rule = known[name]
        if (rule === undefined) return [`<${name}>`]
        return [
          ...Object.keys(attributes).filter((each) => !rule.attributes.includes(each)),
          ...children
            .filter((child) => !rule.children.includes(child.name))
            .map((child) => `${name}/${child.name}`),
          ...(name === 'element' && attributes.type && !types.includes(attributes.type)
            ? [attributes.type]
            : []),
          ...(name === 'key' && !keys.includes(attributes.name ?? '') ? [`key ${attributes.name}`] : []),
          ...(name === 'view' && !/^(list|edit|create)$/.test(attributes.name ?? '') ? ['view'] : []),
        ]
      })
      expect(problems).toEqual([])
      expect(xmlOf(scheme)).not.toMatch(/<script|\bon[a-z]+=|javascript:/)
    })

    it('belongs to the endpoint of its scheme, and names its input on creation only', () => {
      expect(parsed(xmlOf(scheme)).attributes.name).toBe(`data/inputs/${scheme}`)
      const views = field(scheme, 'name')?.children.filter(({ name }) => name === 'view')
      expect(views?.map(({ attributes }) => attributes.name)).toEqual(['list', 'create'])
    })

    it('has a field for every parameter and for Splunk’s own settings, once each', () => {
      const names = fieldsOf(scheme).map(({ attributes }) => attributes.name)
      const wanted = [
        ...definition.parameters.map(({ name }) => name),
        'interval',
        'index',
        'host',
        'sourcetype',
      ]
      expect(names.filter((name) => wanted.includes(name ?? '')).sort()).toEqual(wanted.sort())
    })

    it('hides secrets, offers lists to choose from, and explains each field', () => {
      for (const parameter of definition.parameters) {
        const found = field(scheme, parameter.name)
        const offered = found?.children.find(({ name }) => name === 'options')?.children ?? []
        if (parameter.kind === 'secret') expect(found?.attributes.type, parameter.name).toBe('password')
        if (parameter.choices !== undefined) {
          const values = offered.map(({ attributes }) => attributes.value)
          expect(values, parameter.name).toEqual(
            expect.arrayContaining(parameter.choices.map(({ value }) => value)),
          )
          expect(values[0], parameter.name).toBe(parameter.default ?? '')
        }
        const explained = found?.children.find(({ attributes }) => attributes.name === 'exampleText')?.text
        expect(explained?.length, parameter.name).toBeGreaterThan(20)
      }
    })
  },
)

it('The forms are in the package', async () => {
  const { files } = await readPackage(builtPackage)
  const forms = definitions.map(({ scheme }) => `default/data/ui/manager/${scheme}.xml`)
  expect(files.map(({ inApp }) => inApp)).toEqual(expect.arrayContaining(forms))
})
