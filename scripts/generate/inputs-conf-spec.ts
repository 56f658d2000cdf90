import type { InputDefinition, Parameter, ParameterKind } from '../../src/input/definition.ts'
import { type Generator, generatedBy } from './generator.ts'

/** Declares the inputs to splunkd: without a line here, a parameter is refused. */
export const inputsConfSpec: Generator = {
  path: 'README/inputs.conf.spec',
  render: (definitions) => `${[generatedBy, ...definitions.map(stanza)].join('\n\n')}\n`,
}

function stanza(definition: InputDefinition): string {
  const lines = [`[${definition.scheme}://<name>]`, `* ${definition.description}`]
  for (const parameter of definition.parameters) {
    lines.push('', `${parameter.name} = <${VALUE[parameter.kind]}>`)
    lines.push(...remarks(parameter).map((remark) => `* ${remark}`))
  }
  return lines.join('\n')
}

const VALUE: Record<ParameterKind, string> = {
  text: 'string',
  secret: 'string',
  choice: 'string',
  choices: 'comma-separated list',
  list: 'comma-separated list',
  integer: 'integer',
  decimal: 'decimal',
  boolean: 'boolean',
  url: 'url',
  instant: 'instant',
  file: 'path',
}

function remarks({
  description,
  requiredOnCreate,
  choices,
  min,
  max,
  example,
  ...rest
}: Parameter): string[] {
  const known = choices?.map(({ value }) => value).join(', ')
  return [
    description,
    ...(requiredOnCreate ? ['Required.'] : []),
    ...(known === undefined ? [] : [`${rest.open ? 'Known values' : 'One of'}: ${known}`]),
    ...(min === undefined ? [] : [`At least ${min}.`]),
    ...(max === undefined ? [] : [`At most ${max}.`]),
    ...(example === undefined ? [] : [`Example: ${example}`]),
    ...(rest.default === undefined ? [] : [`Default: ${rest.default}`]),
  ]
}
