import { getDefaultFetchInit } from '@splunk/splunk-utils/fetch'
import { createRESTURL } from '@splunk/splunk-utils/url'
import { z } from 'zod'
import { type Ask, appId } from './ask.ts'
import { NoAnswer, Refused } from './refusal.ts'

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
  // Splunk Web itself speaks when it cannot reach splunkd, or lost it on the way.
  if (response.status >= 500 && !said.success) throw new NoAnswer(doing, undefined)
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
