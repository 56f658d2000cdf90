import { Refusal } from '../rest/reply.ts'
import { emptyApp, installedApps } from './app.ts'
import { isTrue, mergeConfs } from './conf.ts'

/** A stanza of inputs.conf as an input sees it: system default, `[scheme]` and the stanza itself laid over each other. */
export interface InputStanza {
  /** The whole name, `scheme://name`. */
  readonly name: string
  readonly scheme: string
  /** The name without the scheme. */
  readonly input: string
  /** The app that the stanza lives in. */
  readonly app: string
  readonly settings: ReadonlyMap<string, string>
  readonly disabled: boolean
  /** Seconds or a cron expression; Splunk's default is 60. */
  readonly interval: string
  /** Started through `/bin/sh -c`; the default on Unix. */
  readonly startByShell: boolean
}

const SYSTEM_DEFAULT: ReadonlyMap<string, string> = new Map([
  ['host', '$decideOnStartup'],
  ['index', 'default'],
])

/** inputs.conf over all apps of one splunkd. Changes are written to the `local` of the stanza's app. */
export class InputsConf {
  readonly #appsDirectory: string

  constructor(appsDirectory: string) {
    this.#appsDirectory = appsDirectory
  }

  /** The stanzas of a scheme; all of them without one. */
  stanzas(scheme?: string): InputStanza[] {
    const apps = installedApps(this.#appsDirectory)
    const merged = mergeConfs(...apps.map((app) => app.conf('inputs')))
    const stanzas: InputStanza[] = []
    for (const [name, own] of merged) {
      const [ofScheme = '', input] = name.split(/:\/\/(.*)/s, 2)
      if (input === undefined || (scheme !== undefined && ofScheme !== scheme)) continue
      const settings = new Map([...SYSTEM_DEFAULT, ...this.defaults(ofScheme), ...own])
      stanzas.push({
        name,
        scheme: ofScheme,
        input,
        app: apps.findLast((app) => app.conf('inputs').has(name))?.id ?? '',
        settings,
        disabled: isTrue(settings.get('disabled')),
        interval: settings.get('interval') ?? '60',
        startByShell: isTrue(settings.get('start_by_shell') ?? 'true'),
      })
    }
    return stanzas
  }

  /** The `[scheme]` stanza. */
  defaults(scheme: string): ReadonlyMap<string, string> {
    const apps = installedApps(this.#appsDirectory)
    return mergeConfs(...apps.map((app) => app.conf('inputs'))).get(scheme) ?? new Map()
  }

  /** Throws 404 for an unknown stanza. */
  stanza(name: string): InputStanza {
    const [scheme] = name.split('://', 1)
    const found = this.stanzas(scheme).find((stanza) => stanza.name === name)
    if (found === undefined)
      throw new Refusal(404, `Could not find object id=${name.replace(/^.*?:\/\//, '')}`)
    return found
  }

  has(name: string): boolean {
    return this.stanzas().some((stanza) => stanza.name === name)
  }

  /** Adds settings to a stanza, or a new stanza, in the `local` of an app, as an editor or REST would. */
  write(app: string, name: string, settings: Readonly<Record<string, string>>): void {
    const target = emptyApp(this.#appsDirectory, app)
    const local = mergeConfs(
      target.layer('local', 'inputs'),
      new Map([[name, new Map(Object.entries(settings))]]),
    )
    target.writeLocal('inputs', local)
  }

  /** Throws 404 for an unknown stanza, and 403 for one that `default/inputs.conf` ships. */
  remove(name: string): void {
    const { app } = this.stanza(name)
    const target = emptyApp(this.#appsDirectory, app)
    if (target.layer('default', 'inputs').has(name))
      throw new Refusal(403, `Cannot remove ${name}: it is a default of the app.`)
    const local = mergeConfs(target.layer('local', 'inputs'))
    local.delete(name)
    target.writeLocal('inputs', local)
  }
}
