import { escapeText } from '../records/escape.ts'
import type { InputDefinition, Parameter } from './definition.ts'

const dataType = (parameter: Parameter): string => {
  if (parameter.kind === 'boolean') return 'boolean'
  return parameter.kind === 'integer' || parameter.kind === 'decimal' ? 'number' : 'string'
}

const element = (name: string, value: string | boolean): string =>
  `<${name}>${escapeText(String(value))}</${name}>`

/**
 * The answer to `--scheme`.
 * Source: Splunk, "Set up the introspection scheme"; both `required_on_*` flags are always given because the
 * platform's defaults differ from the SDKs'.
 */
export function renderScheme(definition: InputDefinition): string {
  const args = definition.parameters.map(
    (parameter) =>
      `<arg name="${escapeText(parameter.name)}">` +
      element('title', parameter.title) +
      element(
        'description',
        parameter.example ? `${parameter.description} Example: ${parameter.example}` : parameter.description,
      ) +
      element('data_type', dataType(parameter)) +
      element('required_on_edit', false) +
      element('required_on_create', parameter.requiredOnCreate === true) +
      '</arg>\n',
  )
  return (
    `<scheme>\n${element('title', definition.title)}\n${element('description', definition.description)}\n` +
    `${element('use_external_validation', true)}\n${element('use_single_instance', false)}\n` +
    `${element('streaming_mode', 'xml')}\n<endpoint><args>\n${args.join('')}</args></endpoint>\n</scheme>\n`
  )
}
