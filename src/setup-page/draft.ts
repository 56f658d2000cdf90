import type { InputDefinition, Parameter } from '../input/definition.ts'
import { readParameters } from '../input/parameters.ts'
import { messageOf } from './refusal.ts'
import type { Stanza } from './stanza.ts'

/** What stands in the form. */
export interface Draft {
  readonly definition: InputDefinition
  readonly name: string
  /** By the parameter's name. Of secrets, only what was typed just now. */
  readonly values: ReadonlyMap<string, string>
  /** Optional secrets that are to be forgotten. */
  readonly forgotten: ReadonlySet<string>
  /** The input as it was when the form was opened; undefined for a new one. */
  readonly original: Stanza | undefined
}

/** Settings of Splunk that every input has, in the words of the add-on's own parameters. */
export const splunkSettings: readonly Parameter[] = [
  {
    name: 'interval',
    title: 'Interval',
    description: 'Seconds between two runs, or a cron schedule.',
    kind: 'text',
    group: 'collection',
    default: '300',
    example: '300 or */10 * * * *',
  },
  {
    name: 'index',
    title: 'Index',
    description: 'The index that the events go to. It must exist on the indexers.',
    kind: 'text',
    group: 'collection',
    default: 'default',
    example: 'mail',
  },
]

/** Every setting of the form, in its order. */
export const formParameters = (definition: InputDefinition): readonly Parameter[] => [
  ...definition.parameters,
  ...splunkSettings,
]

/** What the form shows for a parameter that the stanza has like this. */
const shown = (parameter: Parameter, stanza: Stanza | undefined): string =>
  parameter.kind === 'secret' ? '' : (stanza?.settings.get(parameter.name) ?? parameter.default ?? '')

const valuesOf = (definition: InputDefinition, stanza: Stanza | undefined): Map<string, string> =>
  new Map(formParameters(definition).map((parameter) => [parameter.name, shown(parameter, stanza)]))

const empty = { forgotten: new Set<string>(), original: undefined }

export const newDraft = (definition: InputDefinition): Draft => ({
  ...empty,
  definition,
  name: '',
  values: valuesOf(definition, undefined),
})

/** The same settings under a new name, without the secrets: those are not handed out. */
export const cloneOf = (stanza: Stanza): Draft => ({
  ...empty,
  definition: stanza.definition,
  name: '',
  values: valuesOf(stanza.definition, stanza),
})

export const editOf = (stanza: Stanza): Draft => ({
  ...cloneOf(stanza),
  name: stanza.name,
  original: stanza,
})

/** Whether the input has the secret already. */
export const hasSecret = (draft: Draft, name: string): boolean =>
  (draft.original?.settings.get(name) ?? '') !== '' && !draft.forgotten.has(name)

const seconds = /^(?:-1|\d+(?:\.\d+)?)$/
const cron = /^(?:[\d*,/-]+\s+){4}[\d*,/-]+$/
const nameForm = /^[\p{L}\p{N}][\p{L}\p{N} ._@-]{0,99}$/u
const indexForm = /^(?:default|[a-z0-9_][a-z0-9_-]{0,79})$/

/** What is wrong with the draft, by the name of the field. */
export function problemsOf(draft: Draft): ReadonlyMap<string, string> {
  const problems = new Map<string, string>()
  if (draft.original === undefined && !nameForm.test(draft.name.trim())) {
    problems.set('name', 'Give it a name: letters, digits, blanks and . _ - @, a letter or digit first.')
  }
  for (const parameter of draft.definition.parameters) {
    const problem = problemWith(draft, parameter)
    if (problem !== undefined) problems.set(parameter.name, problem)
  }
  const [interval = '', index = ''] = splunkSettings.map(({ name }) => draft.values.get(name)?.trim())
  if (!seconds.test(interval) && !cron.test(interval))
    problems.set(
      'interval',
      'Interval must be a number of seconds (300) or five fields of cron (*/10 * * * *).',
    )
  if (!indexForm.test(index))
    problems.set('index', 'Index may hold lower-case letters, digits, _ and - only.')
  return problems
}

/** The check that splunkd's validation makes, for one parameter alone. */
function problemWith(draft: Draft, parameter: Parameter): string | undefined {
  const value = draft.values.get(parameter.name) ?? ''
  if (parameter.kind === 'secret' && value === '' && hasSecret(draft, parameter.name)) return undefined
  try {
    readParameters({ ...draft.definition, parameters: [parameter] }, new Map([[parameter.name, value]]))
    return undefined
  } catch (error) {
    const sentence = messageOf(error).replace(/^Check the parameters: /, '')
    return sentence.replace(new RegExp(`^${parameter.name}(?= )`), parameter.title)
  }
}

/** Names of the secrets that were typed. */
export const typedSecrets = (draft: Draft): string[] =>
  draft.definition.parameters
    .filter(({ kind, name }) => kind === 'secret' && (draft.values.get(name) ?? '') !== '')
    .map(({ name }) => name)

/** The settings that must be written: those that are not as they were, without secrets. */
export function changedSettings(draft: Draft): Record<string, string> {
  return Object.fromEntries(
    formParameters(draft.definition)
      .filter(({ kind }) => kind !== 'secret')
      .map((parameter): [string, string, string] => [
        parameter.name,
        (draft.values.get(parameter.name) ?? '').trim(),
        shown(parameter, draft.original),
      ])
      .filter(([, value, before]) => value !== before)
      .map(([name, value]) => [name, value]),
  )
}

/** Titles of what was changed by others since the form was opened. */
export function changedElsewhere(original: Stanza, now: Stanza): string[] {
  return formParameters(original.definition)
    .filter(({ name }) => (original.settings.get(name) ?? '') !== (now.settings.get(name) ?? ''))
    .map(({ title }) => title)
}
