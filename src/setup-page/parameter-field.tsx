import type { ReactNode } from 'react'
import type { Parameter } from '../input/definition.ts'
import { splitList } from '../input/parameters.ts'
import { Button, Checkbox, ControlGroup, Select, Text } from './splunk-ui/index.ts'

export interface FieldProps {
  readonly parameter: Parameter
  readonly value: string
  readonly problem: string | undefined
  readonly onChange: (value: string) => void
  /** For secrets: one is stored. */
  readonly isStored: boolean
  /** For optional secrets that are stored. */
  readonly onForget: () => void
}

const isTrue = (value: string): boolean => /^(?:true|1|yes|on|t|y|enabled)$/i.test(value)

/** One parameter of the form, with its title, help, and what is wrong with it. */
export function ParameterField(props: FieldProps) {
  const { parameter, problem } = props
  return (
    <ControlGroup
      label={parameter.title}
      help={helpOf(parameter)}
      error={problem ?? false}
      required={parameter.requiredOnCreate === true}
      labelPosition="top"
      controlsLayout={parameter.kind === 'choices' ? 'stack' : 'fill'}
    >
      {controlOf(props)}
    </ControlGroup>
  )
}

function helpOf({ description, min, max }: Parameter): string {
  return min === undefined || max === undefined ? description : `${description} From ${min} to ${max}.`
}

/** The control itself: a control group names those that are its own children, not what other components draw. */
function controlOf(props: FieldProps): ReactNode {
  switch (props.parameter.kind) {
    case 'secret':
      return secretControl(props)
    case 'choice':
      return choiceControl(props)
    case 'choices':
      return choicesControl(props)
    case 'boolean':
      return booleanControl(props)
    default:
      return textControl(props)
  }
}

function textControl({ parameter, value, problem, onChange }: FieldProps) {
  return (
    <Text
      name={parameter.name}
      value={value}
      placeholder={parameter.example ?? ''}
      error={problem !== undefined}
      onChange={(_, data) => onChange(data.value)}
      spellCheck={false}
      autoComplete="off"
    />
  )
}

function secretControl({ parameter, value, problem, onChange, isStored, onForget }: FieldProps) {
  const mayForget = isStored && parameter.requiredOnCreate !== true
  return [
    <Text
      key="secret"
      name={parameter.name}
      type="password"
      value={value}
      placeholder={isStored ? 'Stored. Type a new one to replace it.' : ''}
      error={problem !== undefined}
      onChange={(_, data) => onChange(data.value)}
      autoComplete="new-password"
    />,
    mayForget && (
      <Button
        key="forget"
        inline={false}
        label="Remove"
        aria-label={`Remove the stored ${parameter.title}`}
        onClick={onForget}
      />
    ),
  ]
}

function choiceControl({ parameter, value, problem, onChange }: FieldProps) {
  const known = parameter.choices ?? []
  return (
    <Select
      name={parameter.name}
      value={value}
      error={problem !== undefined}
      onChange={(_, data) => onChange(String(data.value))}
    >
      {parameter.default === undefined && <Select.Option label="(not set)" value="" />}
      {known.map((choice) => (
        <Select.Option key={choice.value} label={choice.label} value={choice.value} />
      ))}
    </Select>
  )
}

function choicesControl({ parameter, value, problem, onChange }: FieldProps) {
  const chosen = splitList(value)
  const known = parameter.choices ?? []
  const names = new Set(known.map((choice) => choice.value))
  const others = chosen.filter((item) => !names.has(item))
  return (
    <fieldset aria-label={parameter.title} style={{ border: 0, margin: 0, padding: 0 }}>
      {known.map((choice) => (
        <Checkbox
          key={choice.value}
          value={choice.value}
          checked={chosen.includes(choice.value)}
          onChange={(_, { checked }) => {
            const rest = chosen.filter((item) => item !== choice.value)
            onChange((checked ? [...rest, choice.value] : rest).join(','))
          }}
        >
          {choice.label}
        </Checkbox>
      ))}
      {parameter.open === true && (
        <Text
          name={parameter.name}
          defaultValue={others.join(',')}
          placeholder="Others, separated by commas"
          aria-label={`${parameter.title}: others, separated by commas`}
          error={problem !== undefined}
          onChange={(_, data) =>
            onChange([...chosen.filter((item) => names.has(item)), ...splitList(data.value)].join(','))
          }
        />
      )}
    </fieldset>
  )
}

function booleanControl({ parameter, value, onChange }: FieldProps) {
  return (
    <Checkbox
      name={parameter.name}
      checked={isTrue(value)}
      onChange={(_, { checked }) => onChange(checked ? 'true' : 'false')}
    >
      {parameter.title}
    </Checkbox>
  )
}
