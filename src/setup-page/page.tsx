import { useRef, useState } from 'react'
import type { Ask } from './ask.ts'
import { stepsOf } from './check-steps.tsx'
import { definitions } from './definitions.ts'
import { DeleteDialog } from './delete-dialog.tsx'
import { cloneOf, type Draft, editOf, newDraft } from './draft.ts'
import { Frame } from './frame.tsx'
import { InputForm } from './input-form.tsx'
import { InputsTable, stanzaKey } from './inputs-table.tsx'
import { messageOf } from './refusal.ts'
import { Button, Heading, Message, WaitSpinner } from './splunk-ui/index.ts'
import { type Stanza, switchStanza } from './stanza.ts'
import { useInputs } from './use-inputs.ts'

/** The setup page: the table of all inputs, or the form of one. */
export function Page({ ask }: { readonly ask: Ask }) {
  const { stanzas, activity, problems, reload } = useInputs(ask)
  const [draft, setDraft] = useState<Draft | undefined>()
  const [doomed, setDoomed] = useState<Stanza | undefined>()
  const [notice, setNotice] = useState('')
  const [failure, setFailure] = useState('')
  const [busy, setBusy] = useState<ReadonlySet<string>>(new Set())
  const heading = useRef<HTMLHeadingElement>(null)

  const open = (opened: Draft) => {
    setNotice('')
    setFailure('')
    setDraft(opened)
  }
  const close = (message: string) => {
    setDraft(undefined)
    setNotice(message)
    void reload()
    requestAnimationFrame(() => heading.current?.focus())
  }
  async function switchInput(stanza: Stanza, on: boolean) {
    const key = stanzaKey(stanza)
    setFailure('')
    setBusy((current) => new Set(current).add(key))
    try {
      await switchStanza(ask, stanza, on)
      setNotice(`${stanza.name} is ${on ? 'enabled' : 'disabled'}.`)
    } catch (error) {
      setFailure(messageOf(error))
    } finally {
      await reload()
      setBusy((current) => new Set([...current].filter((each) => each !== key)))
    }
  }
  if (draft !== undefined) {
    return (
      <Frame>
        <InputForm
          ask={ask}
          opened={draft}
          onSaved={(saved) =>
            close(
              `${saved.name.trim()} is saved: the vendor accepted its settings. Every step of the check went well: ${stepsOf(saved).join(', ')}. ` +
                'Its events come with its next run.',
            )
          }
          onCancel={() => close('')}
        />
      </Frame>
    )
  }
  return (
    <Frame>
      <Heading level={1} elementRef={heading} tabIndex={-1}>
        Inputs
      </Heading>
      <div style={{ display: 'flex', gap: 8, flexWrap: 'wrap', margin: '8px 0 16px' }}>
        {definitions.map((definition) => (
          <Button
            key={definition.scheme}
            label={`New ${definition.title} input`}
            onClick={() => open(newDraft(definition))}
          />
        ))}
        <Button appearance="subtle" label="Refresh" onClick={() => void reload()} />
      </div>
      <div role="status">{notice !== '' && <Message type="success">{notice}</Message>}</div>
      {[failure, ...problems]
        .filter((problem) => problem !== '')
        .map((problem) => (
          <Message key={problem} type="error" role="alert">
            {problem}
          </Message>
        ))}
      {stanzas === undefined ? (
        <WaitSpinner size="medium" screenReaderText="Reading the inputs" />
      ) : stanzas.length === 0 ? (
        <p>There is no input yet. Create one with a button above; its form says where each value is found.</p>
      ) : (
        <InputsTable
          stanzas={stanzas}
          activity={activity}
          busy={busy}
          onEdit={(stanza) => open(editOf(stanza))}
          onClone={(stanza) => open(cloneOf(stanza))}
          onDelete={setDoomed}
          onSwitch={(stanza, on) => void switchInput(stanza, on)}
        />
      )}
      {doomed !== undefined && (
        <DeleteDialog
          ask={ask}
          stanza={doomed}
          onCancel={() => setDoomed(undefined)}
          onDeleted={() => {
            setDoomed(undefined)
            close(`${doomed.name} is deleted.`)
          }}
          returnFocus={() => heading.current?.focus()}
        />
      )}
    </Frame>
  )
}
