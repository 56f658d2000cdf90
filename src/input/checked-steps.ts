/** A step of a check that went well. */
export interface CheckedStep {
  readonly step: string
  /** What was found, in a few words. */
  readonly detail: string
}

const heading = 'Went well before that:'
const lineOf = ({ step, detail }: CheckedStep): string => `\n• ${step}: ${detail}`
/** Where a line begins. Whoever passes the message on may have made blanks of its line breaks. */
const beginning = /\s•\s/

/** A refusal with the steps before it: splunkd passes on one message, and nothing of a check that went well. */
export const withSteps = (message: string, steps: readonly CheckedStep[]): string =>
  steps.length === 0 ? message : `${message}\n${heading}${steps.map(lineOf).join('')}`

/** A refusal and the steps before it, taken apart again. */
export function stepsIn(text: string): { readonly message: string; readonly steps: readonly CheckedStep[] } {
  const at = text.indexOf(heading)
  if (at < 0) return { message: text, steps: [] }
  const steps = text
    .slice(at + heading.length)
    .split(beginning)
    .map((line) => /^([\w ]+): (.*)$/s.exec(line.trim()))
    .flatMap((parts) => (parts === null ? [] : [{ step: parts[1] ?? '', detail: parts[2] ?? '' }]))
  return { message: text.slice(0, at).trim(), steps }
}
