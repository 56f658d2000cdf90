import type { z } from 'zod'
import { Unintelligible } from './refusal.ts'

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
