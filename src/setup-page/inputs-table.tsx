import { spanText } from './spans.ts'
import { Button, ScreenReaderContent, Switch, Table, useSplunkTheme } from './splunk-ui/index.ts'
import { type Activity, type Standing, standingOf } from './standing.ts'
import type { Stanza } from './stanza.ts'

export interface RowActions {
  readonly onEdit: (stanza: Stanza) => void
  readonly onClone: (stanza: Stanza) => void
  readonly onDelete: (stanza: Stanza) => void
  readonly onSwitch: (stanza: Stanza, on: boolean) => void
}

interface InputsTableProps extends RowActions {
  readonly stanzas: readonly Stanza[]
  readonly activity: Activity
  /** Inputs that are being switched: scheme and name. */
  readonly busy: ReadonlySet<string>
}

const stateWords: Readonly<Record<Standing['state'], string>> = {
  disabled: 'Disabled',
  waiting: 'Waiting for its first run',
  running: 'Collecting now',
  failing: 'Failing',
  working: 'Working',
  unknown: 'Enabled',
}

/** What identifies an input among all types. */
export const stanzaKey = ({ definition, name }: Stanza): string => `${definition.scheme}://${name}`

const nothing = '–'
const oneLine = { whiteSpace: 'nowrap' } as const
const number = new Intl.NumberFormat()

/** Every input with how it does. */
export function InputsTable({ stanzas, activity, busy, ...actions }: InputsTableProps) {
  return (
    <Table stripeRows horizontalOverflow="auto">
      <Table.Caption>
        <ScreenReaderContent>Inputs</ScreenReaderContent>
      </Table.Caption>
      <Table.Head>
        <Table.HeadCell truncate={false}>Input</Table.HeadCell>
        <Table.HeadCell truncate={false}>State</Table.HeadCell>
        <Table.HeadCell truncate={false}>Last run</Table.HeadCell>
        <Table.HeadCell align="right" truncate={false}>
          Lag
        </Table.HeadCell>
        <Table.HeadCell align="right" truncate={false}>
          Records today
        </Table.HeadCell>
        <Table.HeadCell truncate={false}>Not complete</Table.HeadCell>
        <Table.HeadCell truncate={false}>Last error and what to do</Table.HeadCell>
        <Table.HeadCell truncate={false}>Actions</Table.HeadCell>
      </Table.Head>
      <Table.Body>
        {stanzas.map((stanza) => (
          <InputRow
            key={stanzaKey(stanza)}
            stanza={stanza}
            standing={standingOf(stanza, activity)}
            now={activity.now}
            isBusy={busy.has(stanzaKey(stanza))}
            {...actions}
          />
        ))}
      </Table.Body>
    </Table>
  )
}

interface InputRowProps extends RowActions {
  readonly stanza: Stanza
  readonly standing: Standing
  readonly now: number
  readonly isBusy: boolean
}

function InputRow({ stanza, standing, now, isBusy, ...actions }: InputRowProps) {
  const { name, definition, disabled } = stanza
  const ago = (time: number | undefined): string =>
    time === undefined ? nothing : `${spanText(now - time)} ago`
  return (
    <Table.Row data-input={stanzaKey(stanza)}>
      <Table.Cell>
        <div style={{ minWidth: 140 }}>
          <strong>{name}</strong>
          <div>{definition.title}</div>
        </div>
      </Table.Cell>
      <Table.Cell>
        <div style={{ display: 'flex', gap: 8, ...oneLine }}>
          <Switch
            appearance="toggle"
            selected={!disabled}
            disabled={isBusy}
            onClick={() => actions.onSwitch(stanza, disabled)}
          >
            <ScreenReaderContent>Enable {name}</ScreenReaderContent>
          </Switch>
          <StateWord state={standing.state} />
        </div>
      </Table.Cell>
      <Table.Cell style={oneLine}>{ago(standing.lastRun)}</Table.Cell>
      <Table.Cell align="right" style={oneLine}>
        {standing.lag === undefined ? nothing : spanText(standing.lag)}
      </Table.Cell>
      <Table.Cell align="right" style={oneLine}>
        <div style={{ minWidth: 68 }}>
          {standing.recordsToday === undefined ? nothing : number.format(standing.recordsToday)}
        </div>
      </Table.Cell>
      <Table.Cell>
        <Incomplete standing={standing} />
      </Table.Cell>
      <Table.Cell>
        {standing.error === undefined ? (
          nothing
        ) : (
          <div style={{ minWidth: 240 }}>
            {standing.error.message}
            <div>
              {ago(standing.error.at)}
              {standing.error.isOver ? '; the last run was fine' : ''}
            </div>
          </div>
        )}
      </Table.Cell>
      <Table.Cell>
        <div style={{ display: 'flex', ...oneLine }}>
          <Button
            appearance="subtle"
            label="Edit"
            aria-label={`Edit ${name}`}
            onClick={() => actions.onEdit(stanza)}
          />
          <Button
            appearance="subtle"
            label="Clone"
            aria-label={`Clone ${name}`}
            onClick={() => actions.onClone(stanza)}
          />
          <Button
            appearance="subtle"
            label="Delete"
            aria-label={`Delete ${name}`}
            onClick={() => actions.onDelete(stanza)}
          />
        </div>
      </Table.Cell>
    </Table.Row>
  )
}

function StateWord({ state }: Pick<Standing, 'state'>) {
  const { contentColorNegativeStrong } = useSplunkTheme()
  return state === 'failing' ? (
    <strong style={{ color: contentColorNegativeStrong }}>{stateWords[state]}</strong>
  ) : (
    stateWords[state]
  )
}

function Incomplete({ standing: { open, pending, lost, reason } }: { readonly standing: Standing }) {
  if (open === undefined || pending === undefined || lost === undefined) return nothing
  if (open + pending + lost === 0) return 'None'
  const parts = [
    open > 0 ? `${number.format(open)} still open` : '',
    pending > 0 ? `${number.format(pending)} to be fetched again` : '',
    lost > 0 ? `${number.format(lost)} that the vendor no longer has` : '',
  ].filter((part) => part !== '')
  return (
    <div style={{ minWidth: 100 }}>
      {parts.join(', ')}
      {reason !== '' && <div>{reason}</div>}
    </div>
  )
}
