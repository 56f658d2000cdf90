import { Misconfigured } from '../errors.ts'
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

const realmOf = (scheme: string): string => `TA-mailtrail:${scheme}`

/** The parameters with every mask replaced by the stored secret. */
export async function withStoredSecrets(
  definition: InputDefinition,
  input: string,
  given: ReadonlyMap<string, string>,
  store: SecretStore,
): Promise<Map<string, string>> {
  const values = new Map(given)
  for (const { name } of definition.parameters.filter(({ kind }) => kind === 'secret')) {
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
 */
export async function storeAndMask(
  definition: InputDefinition,
  input: string,
  stanza: Stanza,
  store: SecretStore,
  write: StanzaWriter,
  log: Log,
): Promise<void> {
  const secrets = definition.parameters.filter(({ kind }) => kind === 'secret').map(({ name }) => name)
  const clear = secrets.filter(
    (name) => !isMasked(stanza.parameters.get(name)) && (stanza.parameters.get(name) ?? '') !== '',
  )
  if (clear.length === 0) return
  for (const name of clear) {
    await store.put(
      realmOf(definition.scheme),
      `${input}:${name}`,
      new Secret(stanza.parameters.get(name) ?? ''),
    )
  }
  const required = definition.parameters
    .filter(({ requiredOnCreate }) => requiredOnCreate)
    .map(({ name }) => name)
  const kept = required
    .filter((name) => !secrets.includes(name))
    .map((name): [string, string] => [name, stanza.parameters.get(name) ?? ''])
  const masked = secrets
    .filter((name) => (stanza.parameters.get(name) ?? '') !== '')
    .map((name): [string, string] => [name, mask])
  log.info(
    `Stored ${clear.join(', ')} encrypted; masking the stanza now. Splunk restarts the input for that.`,
    { action: 'secrets_stored' },
  )
  await write(Object.fromEntries([...kept, ...masked]))
}
