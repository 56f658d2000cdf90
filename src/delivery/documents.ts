import * as z from 'zod'
import { StateUnavailable } from '../errors.ts'
import { documentVersion, type StoredDocument } from './collection.ts'

const mend =
  'Nothing is collected until it is mended or deleted; see docs/troubleshooting.md, "State that cannot be understood".'

/** Which input a document belongs to. */
export interface InputName {
  readonly scheme: string
  /** The stanza's name without the scheme. */
  readonly input: string
}

/**
 * Reads a stored document against its schema.
 * @throws {StateUnavailable} when it was written by a newer version, or cannot be understood: it is never taken for empty.
 */
export function readDocument<T>(schema: z.ZodType<T>, document: StoredDocument, what: string): T {
  const version = z.object({ v: z.coerce.number().int() }).safeParse(document)
  if (version.success && version.data.v > documentVersion) {
    throw new StateUnavailable(
      `The ${what} was written by a newer version of this add-on (document version ${version.data.v}; this one reads up to ` +
        `${documentVersion}). Install that version again.`,
    )
  }
  const result = schema.safeParse(document)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  throw new StateUnavailable(
    `The ${what} cannot be understood (document ${document._key}, ${issue?.path.join('.') || 'whole'}: ${issue?.message ?? 'unknown'}). ` +
      mend,
    { cause: result.error },
  )
}

/**
 * Reads what a source stored as a value of its state.
 * @throws {StateUnavailable} when it cannot be understood.
 */
export function readValue<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  throw new StateUnavailable(
    `The ${what} cannot be understood (${issue?.path.join('.') || 'whole'}: ${issue?.message ?? 'unknown'}). ${mend}`,
    { cause: result.error },
  )
}
