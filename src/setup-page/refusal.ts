import { type CheckedStep, stepsIn } from '../input/checked-steps.ts'

/** What splunkd answered instead of doing what it was asked. */
export interface Refusal {
  readonly status: number
  /** splunkd's own words; empty where it had none. */
  readonly said: string
  /** What was being done. */
  readonly doing: string
  readonly needs: string | undefined
}

/** splunkd, or Splunk Web before it, said no. The message tells what to do. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly status: number
  /** Steps of the check of an input that went well before it was refused. */
  readonly steps: readonly CheckedStep[]

  constructor(refusal: Refusal) {
    const { message, steps } = stepsIn(refusal.said)
    super(inPlainWords({ ...refusal, said: message }))
    this.status = refusal.status
    this.steps = steps
  }
}

/** Nothing came back: whether it was done is not known. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer'

  constructor(doing: string, cause: unknown) {
    super(
      `While ${doing}: Splunk did not answer. Check that Splunk runs and that this browser reaches it, then try again.`,
      { cause },
    )
  }
}

/** Something came back that splunkd does not say. */
export class Unintelligible extends Error {
  override readonly name = 'Unintelligible'

  constructor(doing: string, cause: unknown) {
    super(`While ${doing}: Splunk answered something that this page does not understand. Reload the page.`, {
      cause,
    })
  }
}

/** What splunkd puts before the message of an input that refuses its parameters. */
const preamble = /^(?:In handler '[^']*': )?(?:Argument validation for scheme=[^:\s]+:\s*)?/

function inPlainWords({ status, said, doing, needs }: Refusal): string {
  const words = said.replace(preamble, '')
  switch (status) {
    case 400:
      return words || `While ${doing}: splunkd refused the request without a reason.`
    case 401:
      return 'Your session has ended. Sign in to Splunk in another tab, then try again here: what you typed stays.'
    case 403:
      return `Your role may not do this (${doing}). ${needs === undefined ? 'Ask an administrator of Splunk.' : `It takes ${needs}.`}`
    case 404:
      return `While ${doing}: it is not there any more. ${words}`.trim()
    case 409:
      return `While ${doing}: it exists already. ${words}`.trim()
    default:
      return `While ${doing}: splunkd fails at the moment (status ${status}${words ? `: ${words}` : ''}). Try again in a moment.`
  }
}

/** What to show for whatever was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** The steps that went well before the refusal that was thrown, or that is the cause of what was. */
export function stepsBefore(error: unknown): readonly CheckedStep[] {
  if (error instanceof Refused) return error.steps
  return error instanceof Error && error.cause !== undefined ? stepsBefore(error.cause) : []
}
