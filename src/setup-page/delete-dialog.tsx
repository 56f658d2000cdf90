import { useState } from 'react'
import type { Ask } from './ask.ts'
import { messageOf } from './refusal.ts'
import { remove } from './save.ts'
import { Button, Message, Modal } from './splunk-ui/index.ts'
import type { Stanza } from './stanza.ts'

interface DeleteDialogProps {
  readonly ask: Ask
  readonly stanza: Stanza
  readonly onDeleted: () => void
  readonly onCancel: () => void
  readonly returnFocus: () => void
}

/** Asks before an input goes, and says what stays. */
export function DeleteDialog({ ask, stanza, onDeleted, onCancel, returnFocus }: DeleteDialogProps) {
  const [failure, setFailure] = useState<string | undefined>()
  const [isDeleting, setDeleting] = useState(false)
  async function confirm() {
    setDeleting(true)
    try {
      await remove(ask, stanza)
      onDeleted()
    } catch (error) {
      setFailure(messageOf(error))
      setDeleting(false)
    }
  }
  return (
    <Modal open onRequestClose={onCancel} returnFocus={returnFocus} style={{ width: 480 }}>
      <Modal.Header title={`Delete ${stanza.name}?`} />
      <Modal.Body>
        {failure !== undefined && (
          <Message type="error" appearance="fill" role="alert">
            {failure}
          </Message>
        )}
        <p>
          The input and its stored secrets go. The events that it collected stay, and so does the record of
          what was collected: a new input of the same name goes on where this one ended.
        </p>
      </Modal.Body>
      <Modal.Footer>
        <Button label="Cancel" onClick={onCancel} disabled={isDeleting} />
        <Button
          appearance="destructive"
          label="Delete"
          onClick={() => void confirm()}
          disabled={isDeleting}
        />
      </Modal.Footer>
    </Modal>
  )
}
