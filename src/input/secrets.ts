import { Misconfigured, TryLater } from '../errors.ts'
import type { Log } from '../log.ts'
import { mask, Secret } from '../secret.ts'
import type { InputDefinition } from './definition.ts'
import { isMasked } from './parameters.ts'
import type { Stanza } from './stdin-document.ts'

/** Where secrets live: Splunk's `storage/passwords`. */
export interface SecretStore {
  get(realm: string, username: string): Promise<Secret | undefined>
  put(realm: string, username: string, secret: Secret): Promise<void>
}

/** Writes parameters of a stanza back through `data/inputs`. */
export type StanzaWriter = (values: Readonly<Record<string, string>>) => Promise<void>

/** How often the stanza was masked since its secrets were last stored. It outlives the run, which the masking ends. */
export interface MaskingRecord {
  attempts(): Promise<number>
  save(attempts: number): Promise<void>
}

/** One attempt, and another in case the process died right before it. */
const mostAttempts = 2

const realmOf = (scheme: string): string => `TA-mailtrail:${scheme}`

const secretNames = (definition: InputDefinition): string[] =>
  definition.parameters.filter(({ kind }) => kind === 'secret').map(({ name }) => name)

/** The parameters with every mask replaced by the stored secret. */
export async function withStoredSecrets(
  definition: InputDefinition,
  input: string,
  given: ReadonlyMap<string, string>,
  store: SecretStore,
): Promise<Map<string, string>> {
  const values = new Map(given)
  for (const name of secretNames(definition)) {
    if (!isMasked(given.get(name))) continue
    const stored = await store.get(realmOf(definition.scheme), `${input}:${name}`)
    if (stored === undefined) {
      throw new Misconfigured(
        `The stored ${name} of input ${input} is missing from Splunk's storage/passwords (realm ${realmOf(definition.scheme)}). ` +
          `Open the input in Settings > Data inputs, type ${name} in again and save.`,
      )
    }
    values.set(name, stored.reveal())
  }
  return values
}

/**
 * Moves the stanza's clear-text secrets into `storage/passwords`: all are stored, then the stanza is masked in one
 * request. That request makes splunkd restart the input, perhaps before it has answered.
 *
 * A stanza that is managed from elsewhere comes back in clear text however often it is masked. Secrets that are stored
 * already as they stand there are not stored again, and after two attempts the stanza is left alone.
 */
export async function storeAndMask(
  definition: InputDefinition,
  input: string,
  stanza: Stanza,
  store: SecretStore,
  masking: MaskingRecord,
  write: StanzaWriter,
  log: Log,
): Promise<void> {
  const given = (name: string): string => stanza.parameters.get(name) ?? ''
  const present = secretNames(definition).filter((name) => given(name) !== '')
  const clear = present.filter((name) => !isMasked(given(name)))
  if (clear.length === 0) return
  const realm = realmOf(definition.scheme)
  const fresh: string[] = []
  for (const name of clear) {
    const stored = await store.get(realm, `${input}:${name}`)
    if (stored?.reveal() === given(name)) continue
    await store.put(realm, `${input}:${name}`, new Secret(given(name)))
    fresh.push(name)
  }
  for (const name of fresh) {
    const stored = await store.get(realm, `${input}:${name}`)
    if (stored?.reveal() !== given(name)) {
      throw new TryLater(
        `Splunk's storage/passwords does not give ${name} back as it was stored; the stanza is left as it is, in clear text.`,
      )
    }
  }
  const attempts = fresh.length > 0 ? 0 : await masking.attempts()
  if (attempts >= mostAttempts) {
    log.warn(
      `The stanza shows ${clear.join(', ')} in clear text again, though it was masked: it is managed from elsewhere (deployment server, ` +
        'another app, etc/system/local). The values are used as they stand there; write ******** in that place instead.',
      { action: 'secrets_in_clear_text' },
    )
    return
  }
  await masking.save(attempts + 1)
  const kept = definition.parameters
    .filter(({ requiredOnCreate, kind }) => requiredOnCreate === true && kind !== 'secret')
    .map(({ name }): [string, string] => [name, given(name)])
  log.info(
    `Stored ${clear.join(', ')} encrypted; masking the stanza now. Splunk restarts the input for that.`,
    { action: 'secrets_stored' },
  )
  await write(Object.fromEntries([...kept, ...present.map((name): [string, string] => [name, mask])]))
}
