import type { InputDefinition } from '../../src/input/definition.ts'
import { type Generator, generatedBy } from './generator.ts'

/**
 * The defaults of every input. `start_by_shell = false`: a shell between splunkd and the program would take the
 * stop signal and leave the program running.
 * https://help.splunk.com/en?resourceId=Splunk_Admin_Inputsconf
 */
export const inputsConf: Generator = {
  path: 'default/inputs.conf',
  render: (definitions) => `${[generatedBy, ...definitions.map(stanza)].join('\n\n')}\n`,
}

function stanza(definition: InputDefinition): string {
  const defaults = definition.parameters.flatMap((parameter) =>
    parameter.default === undefined ? [] : [`${parameter.name} = ${parameter.default}`],
  )
  return [
    `[${definition.scheme}]`,
    'start_by_shell = false',
    'interval = 300',
    'disabled = 0',
    ...defaults,
  ].join('\n')
}
