import { mask } from '../secret.ts'
import type { Ask } from './ask.ts'
import { type CredentialName, deleteCredential, readCredential, writeCredential } from './credentials.ts'
import { changedElsewhere, changedSettings, type Draft, typedSecrets } from './draft.ts'
import { messageOf, NoAnswer } from './refusal.ts'
import { createStanza, deleteStanza, editStanza, readStanza, type Stanza } from './stanza.ts'

/** Somebody else saved the input while its form was open here. */
export class ChangedElsewhere extends Error {
  override readonly name = 'ChangedElsewhere'

  constructor(titles: readonly string[]) {
    super(
      `This input was changed elsewhere since you opened it (${titles.join(', ')}). Save again to write your settings over ` +
        'what you changed here; everything else stays as it is now.',
    )
  }
}

/** Makes an earlier step undone; gives back what is left of it, in words, when it cannot be. */
type Undo = () => Promise<string | undefined>

/**
 * Saves a draft: the secrets first, into Splunk's encrypted store, then the stanza, which holds only their mask. splunkd
 * checks the stanza against the vendor before it takes it. When it refuses, the secrets are as they were before.
 *
 * @param overwrite save although somebody else changed the input meanwhile
 */
export async function save(ask: Ask, draft: Draft, overwrite: boolean): Promise<void> {
  await refuseConflicts(ask, draft, overwrite)
  const undo: Undo[] = []
  try {
    for (const parameter of typedSecrets(draft)) undo.push(await storeSecret(ask, draft, parameter))
    await writeStanza(ask, draft)
  } catch (error) {
    if (error instanceof NoAnswer && (await hasLanded(ask, draft))) return
    const left = (await Promise.all(undo.map((step) => step()))).filter((each) => each !== undefined)
    throw left.length === 0 ? error : new Error([messageOf(error), ...left].join(' '), { cause: error })
  }
  for (const parameter of draft.forgotten) await deleteCredential(ask, credentialOf(draft, parameter))
}

/** Deletes the input, then its secrets. What it collected, and where it ended, stays known. */
export async function remove(ask: Ask, stanza: Stanza): Promise<void> {
  const { definition, name } = stanza
  await deleteStanza(ask, stanza)
  for (const parameter of definition.parameters.filter(({ kind }) => kind === 'secret')) {
    await deleteCredential(ask, { scheme: definition.scheme, input: name, parameter: parameter.name })
  }
}

async function refuseConflicts(ask: Ask, draft: Draft, overwrite: boolean): Promise<void> {
  const { definition, original, name } = draft
  if (original === undefined) {
    const taken = await readStanza(ask, { definition, app: '-', name: name.trim() })
    if (taken !== undefined) throw new Error(`There is an input ${taken.name} already. Choose another name.`)
    return
  }
  const now = await readStanza(ask, original)
  if (now === undefined)
    throw new Error(`The input ${name} was deleted elsewhere. Clone another one, or create it anew.`)
  const titles = changedElsewhere(original, now)
  if (titles.length > 0 && !overwrite) throw new ChangedElsewhere(titles)
}

const credentialOf = (draft: Draft, parameter: string): CredentialName => ({
  scheme: draft.definition.scheme,
  input: draft.name.trim(),
  parameter,
})

async function storeSecret(ask: Ask, draft: Draft, parameter: string): Promise<Undo> {
  const name = credentialOf(draft, parameter)
  const before = await readCredential(ask, name)
  const undo: Undo = async () => {
    try {
      if (before.kind === 'none') await deleteCredential(ask, name)
      if (before.kind === 'value') await writeCredential(ask, name, before.value)
      return before.kind === 'hidden'
        ? `The new ${parameter} is stored already and the earlier one cannot be brought back: you may not read it.`
        : undefined
    } catch (error) {
      return `The new ${parameter} is stored already and could not be taken back (${messageOf(error)}).`
    }
  }
  try {
    await writeCredential(ask, name, draft.values.get(parameter) ?? '')
    return undo
  } catch (error) {
    if (error instanceof NoAnswer) await undo()
    throw error
  }
}

async function writeStanza(ask: Ask, draft: Draft): Promise<void> {
  const settings = {
    ...changedSettings(draft),
    ...Object.fromEntries(typedSecrets(draft).map((name) => [name, mask])),
    ...Object.fromEntries([...draft.forgotten].map((name) => [name, ''])),
  }
  if (draft.original === undefined) await createStanza(ask, draft.definition, draft.name.trim(), settings)
  else await editStanza(ask, draft.original, Object.keys(settings).length > 0 ? settings : asItIs(draft))
}

/** Something to write where nothing was changed: to save is also to have everything checked again. */
const asItIs = ({ values }: Draft): Record<string, string> => ({ interval: values.get('interval') ?? '' })

/** After a lost answer: whether the stanza is as it should be all the same. */
async function hasLanded(ask: Ask, draft: Draft): Promise<boolean> {
  const settings = Object.entries(changedSettings(draft))
  if (draft.original !== undefined && settings.length === 0) return false
  const { definition, name, original } = draft
  try {
    const now = await readStanza(ask, { definition, app: original?.app ?? '-', name: name.trim() })
    return now !== undefined && settings.every(([key, value]) => (now.settings.get(key) ?? '') === value)
  } catch {
    return false
  }
}
