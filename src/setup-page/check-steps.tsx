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
        <li key={step}>
          <Mark sign="✓" says="Went well: " color={contentColorPositive} />
          <strong>{step}</strong>: {detail}
        </li>
      ))}
      <li>
        <Mark sign="✗" says="Failed: " color={contentColorNegative} />
        {reason}
      </li>
    </ol>
  )
}

function Mark({ sign, says, color }: { sign: string; says: string; color: string }) {
  return (
    <>
      <span aria-hidden style={{ color, display: 'inline-block', width: 20, fontWeight: 'bold' }}>
        {sign}
      </span>
      <ScreenReaderContent>{says}</ScreenReaderContent>
    </>
  )
}
