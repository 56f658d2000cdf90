import { escapeXml } from '../xml.ts'

/** An HTTP answer, ready to send. */
export interface Reply {
  readonly status: number
  readonly body: string
  readonly type: string
  readonly headers?: Readonly<Record<string, string>>
}

export type MessageLevel = 'INFO' | 'WARN' | 'ERROR' | 'FATAL'

/** An answer that says no. Thrown by an endpoint, rendered as splunkd does: XML unless `output_mode=json`. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: number
  readonly level: MessageLevel
  readonly headers: Readonly<Record<string, string>>

  constructor(
    status: number,
    text: string,
    level: MessageLevel = 'ERROR',
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(text)
    this.status = status
    this.level = level
    this.headers = headers
  }
}

export const jsonReply = (value: unknown, status = 200): Reply => ({
  status,
  body: JSON.stringify(value),
  type: 'application/json; charset=UTF-8',
})

export const xmlReply = (content: string, status = 200): Reply => ({
  status,
  body: `<?xml version="1.0" encoding="UTF-8"?>\n${content}\n`,
  type: 'text/xml; charset=UTF-8',
})

export function refusalReply(refusal: Refusal, json: boolean): Reply {
  const { status, level, message, headers } = refusal
  const reply = json
    ? jsonReply({ messages: [{ type: level, text: message }] }, status)
    : xmlReply(
        `<response>\n  <messages>\n    <msg type="${level}">${escapeXml(message)}</msg>\n  </messages>\n</response>`,
        status,
      )
  return { ...reply, headers }
}
