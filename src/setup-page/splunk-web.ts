import { getDefaultFetchInit } from '@splunk/splunk-utils/fetch'
import { createRESTURL } from '@splunk/splunk-utils/url'
import { z } from 'zod'
import { NoAnswer, Refused, Unintelligible } from './refusal.ts'

/** The app of the page: where inputs and secrets are created. */
export const appId = 'TA-mailtrail'

export interface Question {
  readonly method?: 'GET' | 'POST' | 'DELETE'
  /** Path after the namespace; every part of it that is a name is encoded already. */
  readonly path: string
  /** Namespace; the add-on's own app where it is not given. */
  readonly app?: string
  readonly query?: Readonly<Record<string, string>>
  readonly form?: Readonly<Record<string, string>>
  /** What is being done, for messages: "reading the inputs". */
  readonly doing: string
  /** Capability or role that it takes, for a refusal with 403. */
  readonly needs?: string
}

/** Asks splunkd; the answer's JSON. @throws {Refused} when splunkd says no. @throws {NoAnswer} when nothing comes back. */
export type Ask = (question: Question) => Promise<unknown>

/** A validation may take half a minute in splunkd; after twice of that nobody answers any more. */
const patience = 60_000

const messages = z.object({ messages: z.array(z.object({ text: z.string() })) })

/**
 * splunkd through Splunk Web's proxy, the only way that a page in the browser has. Splunk Web takes the session from
 * its cookie and wants its form key in a header. Source: Splunk UI Toolkit, `@splunk/splunk-utils`.
 */
export const askThroughSplunkWeb: Ask = async (question) => {
  const { method = 'GET', path, app = appId, query = {}, form, doing } = question
  const parameters = new URLSearchParams({ output_mode: 'json', ...query })
  const url = `${createRESTURL(path, { app, owner: 'nobody' })}?${parameters}`
  let response: Response
  let text: string
  try {
    response = await fetch(url, {
      ...getDefaultFetchInit(),
      method,
      ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
      signal: AbortSignal.timeout(patience),
    })
    text = await response.text()
  } catch (error) {
    throw new NoAnswer(doing, error)
  }
  const answer = parsed(text)
  if (response.ok && answer !== undefined) return answer
  const said = messages.safeParse(answer)
  throw new Refused({
    status: response.status,
    said: said.success ? said.data.messages.map((message) => message.text).join(' ') : '',
    doing,
    needs: question.needs,
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The answer in the form that is expected. @throws {Unintelligible} when it has another. */
export function understood<Schema extends z.ZodType>(
  schema: Schema,
  answer: unknown,
  doing: string,
): z.output<Schema> {
  const result = schema.safeParse(answer)
  if (!result.success) throw new Unintelligible(doing, result.error)
  return result.data
}
