import * as z from 'zod'
import type { Reply } from '../../transport/client.ts'

const body = z.object({ message: z.string() })

/** What the vendor says in an error body, as `: message`, or nothing. */
export function saidBy(reply: Reply): string {
  let json: unknown
  try {
    json = JSON.parse(reply.body.toString('utf8'))
  } catch {
    return ''
  }
  const parsed = body.safeParse(json)
  return parsed.success ? `: ${parsed.data.message.slice(0, 300)}` : ''
}
