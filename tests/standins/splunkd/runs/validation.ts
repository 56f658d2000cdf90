import { XMLParser } from 'fast-xml-parser'
import { type Answer, scriptFailure } from './question.ts'

/** After this long splunkd kills the script that validates, in milliseconds. */
export const VALIDATION_TIMEOUT_MS = 30_000

const parser = new XMLParser({ parseTagValue: false })

function messageIn(stdout: string): string | undefined {
  const document: unknown = parser.parse(stdout)
  let node = document
  for (const name of ['error', 'message']) {
    node =
      typeof node === 'object' && node !== null
        ? Object.entries(node).find(([key]) => key === name)?.[1]
        : undefined
  }
  return typeof node === 'string' ? node : undefined
}

/** Why the settings were refused, as splunkd words it; `undefined` when the script is content. */
export function validationFailure(answer: Answer): string | undefined {
  const failure = scriptFailure(answer)
  if (failure === undefined) return undefined
  return answer.signal === null ? (messageIn(answer.stdout) ?? failure) : failure
}
