import type { ReactNode } from 'react'
import type { CheckedStep } from '../input/checked-steps.ts'
import type { Draft } from './draft.ts'
import { ScreenReaderContent, useSplunkTheme } from './splunk-ui/index.ts'

/** The steps of the check that Save makes, as far as a form tells which there are. */
export function stepsOf({ definition, values }: Draft): readonly string[] {
  const isPlain = /^http:/i.test(values.get('base_url')?.trim() ?? '')
  return ['parameters', 'name resolution', 'connection', ...(isPlain ? [] : ['TLS']), ...definition.checks]
}

/** A refused check: each step that went well, and last the one that did not. */
export function CheckSteps({ passed, reason }: { passed: readonly CheckedStep[]; reason: string }) {
  const { contentColorPositive, contentColorNegative } = useSplunkTheme()
  return (
    <ol aria-label="Steps of the check" style={{ listStyle: 'none', margin: '8px 0 0', padding: 0 }}>
      {passed.map(({ step, detail }) => (
        <Step key={step} sign="✓" says="Went well: " color={contentColorPositive}>
          <strong>{step}</strong>: {detail}
        </Step>
      ))}
      <Step sign="✗" says="Failed: " color={contentColorNegative}>
        {reason}
      </Step>
    </ol>
  )
}

interface StepProps {
  readonly sign: string
  /** What the sign says to who cannot see it. */
  readonly says: string
  readonly color: string
  readonly children: ReactNode
}

function Step({ sign, says, color, children }: StepProps) {
  return (
    <li style={{ display: 'flex' }}>
      <span aria-hidden style={{ color, flex: '0 0 20px', fontWeight: 'bold' }}>
        {sign}
      </span>
      <div style={{ minWidth: 0, overflowWrap: 'anywhere' }}>
        <ScreenReaderContent>{says}</ScreenReaderContent>
        {children}
      </div>
    </li>
  )
}
