import { z } from 'zod'
import { mask } from '../secret.ts'
import { type Ask, appId, understood } from './ask.ts'
import { Refused } from './refusal.ts'

/** Where a secret of an input is stored: the names that a run of the input looks under. */
export interface CredentialName {
  readonly scheme: string
  readonly input: string
  readonly parameter: string
}

const feed = z.object({
  entry: z.array(z.object({ content: z.object({ clear_password: z.string().optional() }) })),
})

const realmOf = ({ scheme }: CredentialName): string => `${appId}:${scheme}`
const userOf = ({ input, parameter }: CredentialName): string => `${input}:${parameter}`

/** `<realm>:<user>:` with `:` and `\` escaped inside. Source: Splunk REST API reference, storage/passwords. */
function entityOf(name: CredentialName): string {
  const escaped = (part: string): string => part.replace(/[\\:]/g, '\\$&')
  return `storage/passwords/${encodeURIComponent(`${escaped(realmOf(name))}:${escaped(userOf(name))}:`)}`
}

const isMissing = (error: unknown): boolean => error instanceof Refused && error.status === 404

/** What is stored: `none`, a value, or `hidden` when this user may not see it in clear text. */
export type Stored = { readonly kind: 'none' | 'hidden' } | { readonly kind: 'value'; readonly value: string }

/** Reads a secret back, to restore it in case what replaces it turns out wrong. */
export async function readCredential(ask: Ask, name: CredentialName): Promise<Stored> {
  try {
    const doing = `looking up the stored ${name.parameter}`
    const answer = understood(feed, await ask({ path: entityOf(name), doing }), doing)
    const value = answer.entry[0]?.content.clear_password
    return value === undefined || value === mask ? { kind: 'hidden' } : { kind: 'value', value }
  } catch (error) {
    if (isMissing(error)) return { kind: 'none' }
    if (error instanceof Refused && error.status === 403) return { kind: 'hidden' }
    throw error
  }
}

/** Stores a secret, new or over the one that is there. */
export async function writeCredential(ask: Ask, name: CredentialName, password: string): Promise<void> {
  const question = {
    method: 'POST',
    doing: `storing ${name.parameter}`,
    needs: 'the capability edit_storage_passwords',
  } as const
  try {
    await ask({
      ...question,
      path: 'storage/passwords',
      form: { name: userOf(name), realm: realmOf(name), password },
    })
  } catch (error) {
    if (!(error instanceof Refused && error.status === 409)) throw error
    await ask({ ...question, path: entityOf(name), form: { password } })
  }
}

/** Deletes a secret. One that is not there is fine. */
export async function deleteCredential(ask: Ask, name: CredentialName): Promise<void> {
  try {
    await ask({
      method: 'DELETE',
      path: entityOf(name),
      doing: `deleting the stored ${name.parameter}`,
      needs: 'the capability edit_storage_passwords',
    })
  } catch (error) {
    if (!isMissing(error)) throw error
  }
}
