import { type FormEvent, useEffect, useRef, useState } from 'react'
import type { Parameter } from '../input/definition.ts'
import type { Ask } from './ask.ts'
import { CheckSteps, stepsOf } from './check-steps.tsx'
import { type Draft, hasSecret, problemsOf, splunkSettings } from './draft.ts'
import { ParameterField } from './parameter-field.tsx'
import { messageOf, stepsBefore } from './refusal.ts'
import { ChangedElsewhere, save } from './save.ts'
import { Button, ControlGroup, Heading, Message, Text, WaitSpinner } from './splunk-ui/index.ts'

const groups: readonly (readonly [group: Parameter['group'], heading: string])[] = [
  ['account', 'Account'],
  ['collection', 'What to collect'],
  ['limits', 'Limits'],
  ['network', 'Network'],
  ['logging', 'Log'],
]

interface InputFormProps {
  readonly ask: Ask
  readonly opened: Draft
  readonly onSaved: (saved: Draft) => void
  readonly onCancel: () => void
}

/** The form of one input. What was typed stays until it is saved or given up. */
export function InputForm({ ask, opened, onSaved, onCancel }: InputFormProps) {
  const [draft, setDraft] = useState(opened)
  const [problems, setProblems] = useState<ReadonlyMap<string, string>>(new Map())
  const [failure, setFailure] = useState<Error | undefined>()
  const [isSaving, setSaving] = useState(false)
  const heading = useRef<HTMLHeadingElement>(null)
  const summary = useRef<HTMLDivElement>(null)
  const { definition, original } = draft
  const passed = stepsBefore(failure)

  useEffect(() => heading.current?.focus(), [])
  useEffect(() => {
    if (failure !== undefined) summary.current?.focus()
  }, [failure])

  async function submit(event: FormEvent) {
    event.preventDefault()
    if (isSaving) return
    const found = problemsOf(draft)
    setProblems(found)
    if (found.size > 0) {
      setFailure(new Error(`Nothing was saved yet. Check ${listOf([...found.values()].length)} below.`))
      return
    }
    setFailure(undefined)
    setSaving(true)
    try {
      await save(ask, draft, failure instanceof ChangedElsewhere)
      onSaved(draft)
    } catch (error) {
      setFailure(error instanceof Error ? error : new Error(messageOf(error)))
      setSaving(false)
    }
  }

  const change = (name: string, value: string) =>
    setDraft((current) => ({ ...current, values: new Map(current.values).set(name, value) }))
  const forget = (name: string) =>
    setDraft((current) => ({ ...current, forgotten: new Set(current.forgotten).add(name) }))
  const field = (parameter: Parameter) => (
    <ParameterField
      key={parameter.name}
      parameter={parameter}
      value={draft.values.get(parameter.name) ?? ''}
      problem={problems.get(parameter.name)}
      onChange={(value) => change(parameter.name, value)}
      isStored={hasSecret(draft, parameter.name)}
      onForget={() => forget(parameter.name)}
    />
  )
  return (
    <form onSubmit={submit} noValidate aria-busy={isSaving} style={{ maxWidth: 720 }}>
      <Heading level={1} elementRef={heading} tabIndex={-1}>
        {original === undefined ? `New input: ${definition.title}` : `${draft.name}: ${definition.title}`}
      </Heading>
      <p>{definition.description}</p>
      {failure !== undefined && (
        <Message type="error" appearance="fill" elementRef={summary} tabIndex={-1} role="alert">
          {passed.length === 0 ? (
            failure.message
          ) : (
            <>
              The check of the settings failed, and the input was not saved.
              <CheckSteps passed={passed} reason={failure.message} />
            </>
          )}
        </Message>
      )}
      {original === undefined ? (
        <ControlGroup
          label="Name"
          labelPosition="top"
          required
          error={problems.get('name') ?? false}
          help="What this input is called; it stands in every event."
        >
          <Text
            name="name"
            value={draft.name}
            error={problems.has('name')}
            onChange={(_, data) => setDraft((current) => ({ ...current, name: data.value }))}
            autoComplete="off"
            spellCheck={false}
          />
        </ControlGroup>
      ) : (
        <p>The name of an input cannot be changed; clone the input instead.</p>
      )}
      {groups.map(([group, title]) => {
        const parameters = [...definition.parameters, ...splunkSettings].filter(
          (each) => each.group === group,
        )
        return (
          parameters.length > 0 && (
            <fieldset key={group} style={{ border: 0, margin: 0, padding: 0, minWidth: 0 }}>
              <legend style={{ padding: '24px 0 8px' }}>
                <Heading level={2}>{title}</Heading>
              </legend>
              {parameters.map(field)}
            </fieldset>
          )
        )
      })}
      <div style={{ display: 'flex', gap: 8, alignItems: 'center', padding: '16px 0' }}>
        <Button type="submit" appearance="primary" label="Save" disabled={isSaving} />
        <Button label="Cancel" onClick={onCancel} disabled={isSaving} />
        <span role="status">
          {isSaving && (
            <>
              <WaitSpinner screenReaderText={null} /> Checking the settings and asking the vendor, within 15
              seconds: {stepsOf(draft).join(', ')}.
            </>
          )}
        </span>
      </div>
    </form>
  )
}

const listOf = (count: number): string =>
  count === 1 ? 'the field that is marked' : `the ${count} fields that are marked`
