import type { InputStanza, InputsConf } from '../apps/inputs-conf.ts'
import type { Scheme } from '../apps/scheme.ts'
import { type Entry, entryReply, listReply } from '../rest/atom.ts'
import { Refusal } from '../rest/reply.ts'
import type { RestRequest } from '../rest/request.ts'
import type { Route } from '../rest/router.ts'

/** What the endpoints need of the splunkd around them. */
export interface InputOwner {
  readonly inputs: InputsConf
  /** Throws 404 for an unknown or unusable input type. */
  scheme(name: string): Scheme
  schemes(): readonly Scheme[]
  /** The parameters that README/inputs.conf.spec lists. */
  parametersInSpec(scheme: Scheme): readonly string[]
  /** Asks the input whether the settings work; the reason when not. */
  validate(scheme: Scheme, input: string, settings: ReadonlyMap<string, string>): Promise<string | undefined>
  /** Called after a stanza was written, enabled, disabled or removed, once the answer is on its way. */
  changed(stanza: string): void
}

/** Settings that every input has; splunkd takes them besides the scheme's own arguments. */
const STANDARD = ['disabled', 'host', 'index', 'interval', 'source', 'sourcetype', 'start_by_shell']

const NOT_SETTINGS: ReadonlySet<string> = new Set(['name', 'output_mode'])

function settingsOf(request: RestRequest): Record<string, string> {
  return Object.fromEntries([...request.form].filter(([name]) => !NOT_SETTINGS.has(name)))
}

function entry(stanza: InputStanza): Entry {
  return {
    name: stanza.input,
    app: stanza.app,
    owner: 'nobody',
    content: { ...Object.fromEntries(stanza.settings), disabled: stanza.disabled },
  }
}

/** `data/inputs/<scheme>` and `data/modular-inputs`. */
export function inputRoutes(owner: InputOwner): Route[] {
  const refuseUnknown = (scheme: Scheme, settings: Readonly<Record<string, string>>): void => {
    const known = new Set([
      ...STANDARD,
      ...scheme.arguments.map((argument) => argument.name),
      ...owner.parametersInSpec(scheme),
    ])
    for (const name of Object.keys(settings)) {
      if (!known.has(name)) throw new Refusal(400, `Argument "${name}" is not supported by this endpoint.`)
    }
  }
  const refuseMissing = (names: readonly string[], settings: Readonly<Record<string, string>>): void => {
    const missing = names.filter((name) => name !== 'name' && !settings[name])
    if (missing.length)
      throw new Refusal(400, `The following required arguments are missing: ${missing.join(', ')}.`)
  }
  const validate = async (
    scheme: Scheme,
    input: string,
    settings: ReadonlyMap<string, string>,
  ): Promise<void> => {
    if (!scheme.externalValidation) return
    const reason = await owner.validate(scheme, input, settings)
    if (reason !== undefined)
      throw new Refusal(400, `Argument validation for scheme=${scheme.name}: ${reason}`)
  }
  const stanzaOf = (scheme: string, input: string): InputStanza => {
    owner.scheme(scheme)
    return owner.inputs.stanza(`${scheme}://${input}`)
  }
  const switchTo =
    (disabled: boolean) => (request: RestRequest, values: Readonly<Record<string, string>>) => {
      const stanza = stanzaOf(values.scheme ?? '', values.input ?? '')
      owner.inputs.write(stanza.app, stanza.name, { disabled: disabled ? '1' : '0' })
      owner.changed(stanza.name)
      return entryReply(request, entry(owner.inputs.stanza(stanza.name)))
    }
  const schemeEntry = (scheme: Scheme): Entry => ({
    name: scheme.name,
    app: scheme.app,
    owner: 'nobody',
    content: {
      title: scheme.title,
      description: scheme.description,
      streaming_mode: scheme.streamingMode,
      endpoint: {
        args: Object.fromEntries(
          scheme.arguments.map((argument) => [
            argument.name,
            {
              title: argument.title,
              description: argument.description,
              data_type: argument.dataType,
              required_on_create: argument.requiredOnCreate,
              required_on_edit: argument.requiredOnEdit,
            },
          ]),
        ),
      },
    },
  })
  return [
    {
      method: 'GET',
      path: 'data/modular-inputs',
      answer: (request) => listReply(request, owner.schemes().map(schemeEntry)),
    },
    {
      method: 'GET',
      path: 'data/modular-inputs/:scheme',
      answer: (request, { scheme = '' }) => entryReply(request, schemeEntry(owner.scheme(scheme))),
    },
    {
      method: 'GET',
      path: 'data/inputs/:scheme',
      answer: (request, { scheme = '' }) => {
        const stanzas =
          scheme === 'all' ? owner.inputs.stanzas() : owner.inputs.stanzas(owner.scheme(scheme).name)
        return listReply(request, stanzas.map(entry))
      },
    },
    {
      method: 'POST',
      path: 'data/inputs/:scheme',
      answer: async (request, values) => {
        const scheme = owner.scheme(values.scheme ?? '')
        const [name, settings] = [request.form.get('name'), settingsOf(request)]
        if (!name) throw new Refusal(400, 'Cannot perform action "POST" without a target name to act on.')
        if (request.app === '-' || request.owner === '-')
          throw new Refusal(400, 'A namespace with - cannot be written to.')
        const stanza = `${scheme.name}://${name}`
        if (owner.inputs.has(stanza)) throw new Refusal(409, `An object with name=${name} already exists`)
        refuseUnknown(scheme, settings)
        const required = scheme.arguments
          .filter((argument) => argument.requiredOnCreate)
          .map((argument) => argument.name)
        refuseMissing(required, settings)
        await validate(
          scheme,
          name,
          new Map([...owner.inputs.defaults(scheme.name), ...Object.entries(settings)]),
        )
        owner.inputs.write(request.app ?? 'search', stanza, settings)
        owner.changed(stanza)
        return entryReply(request, entry(owner.inputs.stanza(stanza)), 201)
      },
    },
    {
      method: 'GET',
      path: 'data/inputs/:scheme/:input',
      answer: (request, { scheme = '', input = '' }) => entryReply(request, entry(stanzaOf(scheme, input))),
    },
    {
      method: 'POST',
      path: 'data/inputs/:scheme/:input',
      answer: async (request, values) => {
        const scheme = owner.scheme(values.scheme ?? '')
        const stanza = stanzaOf(scheme.name, values.input ?? '')
        const settings = settingsOf(request)
        refuseUnknown(scheme, settings)
        const required = scheme.arguments
          .filter((argument) => argument.requiredOnEdit)
          .map((argument) => argument.name)
        refuseMissing(required, settings)
        await validate(scheme, stanza.input, new Map([...stanza.settings, ...Object.entries(settings)]))
        owner.inputs.write(stanza.app, stanza.name, settings)
        owner.changed(stanza.name)
        return entryReply(request, entry(owner.inputs.stanza(stanza.name)))
      },
    },
    { method: 'POST', path: 'data/inputs/:scheme/:input/disable', answer: switchTo(true) },
    { method: 'POST', path: 'data/inputs/:scheme/:input/enable', answer: switchTo(false) },
    {
      method: 'DELETE',
      path: 'data/inputs/:scheme/:input',
      answer: (request, { scheme = '', input = '' }) => {
        const stanza = stanzaOf(scheme, input)
        owner.inputs.remove(stanza.name)
        owner.changed(stanza.name)
        return listReply(request, owner.inputs.stanzas(scheme).map(entry))
      },
    },
  ]
}
