import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CertificateAuthority } from '../certificates.ts'
import { type App, emptyApp, installedApps, placeApp } from './apps/app.ts'
import { isTrue } from './apps/conf.ts'
import { type InputStanza, InputsConf } from './apps/inputs-conf.ts'
import { introspect } from './apps/introspection.ts'
import type { Scheme } from './apps/scheme.ts'
import { inputRoutes } from './endpoints/inputs.ts'
import { isFieldType, kvStoreRoutes } from './endpoints/kvstore.ts'
import { passwordRoutes } from './endpoints/passwords.ts'
import { type Bulletin, serverRoutes } from './endpoints/server.ts'
import { EventStore, type EventStoreOptions } from './events/event-store.ts'
import { KvStore } from './kvstore/store.ts'
import { SplunkdLog } from './log.ts'
import { Passwords } from './passwords.ts'
import { Faults } from './rest/faults.ts'
import { Refusal } from './rest/reply.ts'
import { type LoggedRequest, RestServer } from './rest/server.ts'
import { type Administrator, Sessions } from './rest/sessions.ts'
import { type DocumentHead, inputDocument, itemsDocument } from './runs/documents.ts'
import { type Environment, splunkEnvironment } from './runs/environment.ts'
import { ask } from './runs/question.ts'
import { Run, type RunHooks, type RunResult } from './runs/run.ts'
import { Schedule } from './runs/schedule.ts'
import { VALIDATION_TIMEOUT_MS, validationFailure } from './runs/validation.ts'

export interface SplunkdOptions {
  /** Given to two heads, they share it, as a search head cluster does. */
  readonly kv?: KvStore
  readonly passwords?: Passwords
  /** `server_host` of the documents that inputs get. */
  readonly serverHost?: string
  readonly administrator?: Administrator
  readonly events?: EventStoreOptions
  /** Laid over splunkd's environment for every process; `undefined` takes a variable away. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** After this long a script that validates is killed, in milliseconds. */
  readonly validationTimeoutMs?: number
}

/** How one run differs from what splunkd would do by itself. */
export interface StartOptions extends RunHooks {
  readonly environment?: Readonly<Record<string, string | undefined>>
  readonly startByShell?: boolean
  readonly sessionKey?: string
  readonly serverHost?: string
}

function overlaid(
  base: Environment,
  ...layers: readonly (StartOptions['environment'] | undefined)[]
): Environment {
  const all: [string, string | undefined][] = layers.flatMap((layer) => Object.entries(layer ?? {}))
  const merged = new Map<string, string>(Object.entries(base))
  for (const [name, value] of all) {
    if (value === undefined) merged.delete(name)
    else merged.set(name, value)
  }
  return Object.fromEntries(merged)
}

/** A Splunk Enterprise for tests and for the demonstration. See the README beside this file. */
export class Splunkd {
  readonly kv: KvStore
  readonly passwords: Passwords
  readonly sessions: Sessions
  readonly faults = new Faults()
  readonly events: EventStore
  /** A temporary directory that goes with the stand-in. */
  readonly home = mkdtempSync(join(tmpdir(), 'splunk-'))
  readonly log: SplunkdLog
  readonly inputs: InputsConf
  readonly serverHost: string
  /** The processes that run now. */
  readonly running = new Set<Run>()
  /** What every process ended with, in that order. */
  readonly results: { readonly stanza: string; readonly result: RunResult }[] = []
  readonly #options: SplunkdOptions
  readonly #appsDirectory = join(this.home, 'etc/apps')
  readonly #schemes = new Map<string, Scheme>()
  readonly #bulletins: Bulletin[] = []
  readonly #environment: Environment
  readonly #rest: RestServer
  #schedule: Schedule | undefined

  private constructor(options: SplunkdOptions) {
    this.#options = options
    this.kv = options.kv ?? new KvStore()
    this.passwords = options.passwords ?? new Passwords()
    this.serverHost = options.serverHost ?? 'splunk.example.com'
    this.sessions = new Sessions(options.administrator ?? { username: 'admin', password: 'changeme' })
    mkdirSync(this.#appsDirectory, { recursive: true })
    emptyApp(this.#appsDirectory, 'search')
    this.log = new SplunkdLog(this.home)
    this.inputs = new InputsConf(this.#appsDirectory)
    this.#environment = overlaid(splunkEnvironment(this.home), options.environment)
    this.events = new EventStore(options.events ?? {}, () => this.#truncateLimits())
    this.#rest = new RestServer({
      certificate: new CertificateAuthority('SplunkCommonCA').issue([], {
        commonName: 'SplunkServerDefaultCert',
      }),
      sessions: this.sessions,
      faults: this.faults,
      routes: [
        ...kvStoreRoutes(this.kv),
        ...passwordRoutes(this.passwords),
        ...inputRoutes({
          inputs: this.inputs,
          scheme: (name) => this.scheme(name),
          schemes: () => [...this.#schemes.values()],
          parametersInSpec: (scheme) => this.#app(scheme.app).schemesInSpec().get(scheme.name) ?? [],
          validate: (scheme, input, settings) => this.validate(scheme.name, input, settings),
          changed: (stanza) => setImmediate(() => this.#changed(stanza)),
        }),
        ...serverRoutes({
          serverHost: this.serverHost,
          kv: this.kv,
          sessions: this.sessions,
          bulletins: () => this.#bulletins,
        }),
      ],
    })
  }

  /** A splunkd that answers on a free port of 127.0.0.1. End it with `stop()`. */
  static async start(options: SplunkdOptions = {}): Promise<Splunkd> {
    const splunkd = new Splunkd(options)
    await splunkd.#rest.start()
    return splunkd
  }

  /** The management URI, such as `https://127.0.0.1:43127`. */
  get uri(): string {
    return this.#rest.uri
  }

  /** Every REST request so far. */
  get requests(): readonly LoggedRequest[] {
    return this.#rest.log
  }

  /** Forgets the requests and the ends of processes so far: a long test needs no memory for them. */
  forget(): void {
    this.#rest.log.length = 0
    this.results.length = 0
    this.log.lines.length = 0
  }

  /**
   * Installs an app from its package (.spl) or directory, declares its collections and asks each of its input types
   * for its scheme, as splunkd does when it starts. Throws splunkd's message when one of them cannot be used.
   */
  async install(source: string): Promise<App> {
    const app = await placeApp(source, this.#appsDirectory)
    for (const [name, settings] of app.conf('collections')) {
      const fields = [...settings].flatMap(([key, type]) =>
        key.startsWith('field.') && isFieldType(type) ? [[key.slice('field.'.length), type] as const] : [],
      )
      this.kv.declare(app.id, name, {
        fields: new Map(fields),
        enforceTypes: isTrue(settings.get('enforceTypes')),
      })
    }
    for (const name of app.schemesInSpec().keys()) {
      try {
        this.#schemes.set(name, await introspect(app, name, this.#environment))
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error)
        this.log.write('ERROR', `ModularInputs - ${text}`)
        this.#bulletins.push({ name: `modinput_${name}`, severity: 'error', text })
        throw error
      }
    }
    return app
  }

  /** An installed input type. Throws 404 when there is none of that name. */
  scheme(name: string): Scheme {
    const scheme = this.#schemes.get(name)
    if (scheme === undefined) throw new Refusal(404, `Could not find object id=${name}`)
    return scheme
  }

  /** Writes a stanza into `local/inputs.conf` of an app, as an administrator with an editor: nothing validates it. */
  writeStanza(name: string, settings: Readonly<Record<string, string>>, app = 'search'): void {
    this.inputs.write(app, name, settings)
  }

  /** The document that a run of this stanza finds on stdin. */
  inputDocument(stanza: string, options: Pick<StartOptions, 'sessionKey' | 'serverHost'> = {}): string {
    const found = this.inputs.stanza(stanza)
    return inputDocument(this.#documentHead(found.scheme, options), [found])
  }

  /** Starts a stanza's input, whatever its schedule; `finished` of what it gives back is the run's end. */
  startRun(stanza: string, options: StartOptions = {}): Run {
    const found = this.inputs.stanza(stanza)
    const script = this.#app(this.scheme(found.scheme).app).launcher(found.scheme)
    const sessionKey = options.sessionKey ?? this.sessions.issue()
    const run = new Run({
      stanza,
      launch: {
        script,
        byShell: options.startByShell ?? found.startByShell,
        environment: overlaid(this.#environment, options.environment),
      },
      input: this.inputDocument(stanza, { ...options, sessionKey }),
      hooks: options,
      sink: this.events.sink(),
      onStderrLine: (line) => this.log.fromScript(script, line),
    })
    this.running.add(run)
    void run.finished.then((result) =>
      this.#ended(run, result, options.sessionKey === undefined ? sessionKey : ''),
    )
    return run
  }

  /** One run of a stanza from start to end. */
  runOnce(stanza: string, options: StartOptions = {}): Promise<RunResult> {
    return this.startRun(stanza, options).finished
  }

  /** Runs a stanza, and again for as long as the run ended because it had edited its own stanza, as splunkd would. */
  async runToEnd(stanza: string, options: StartOptions = {}): Promise<RunResult> {
    const result = await this.runOnce(stanza, options)
    return result.restartRequested ? this.runToEnd(stanza, options) : result
  }

  /** Runs every enabled stanza by its `interval` from now on. */
  startInputs(onEnd?: (stanza: string, result: RunResult) => void): void {
    this.#schedule ??= new Schedule({
      stanza: (name) => (this.inputs.has(name) ? this.inputs.stanza(name) : undefined),
      start: (name) => this.startRun(name),
      onEnd,
    })
    for (const stanza of this.#runnable()) this.#schedule.add(stanza.name)
  }

  /** Ends the schedule and its processes: SIGTERM, SIGKILL after `graceMs`. */
  async stopInputs(graceMs?: number): Promise<void> {
    await this.#schedule?.stop(graceMs)
    this.#schedule = undefined
  }

  /** Asks an input type whether settings work; why not, when they do not. SIGKILL after 30 s. */
  async validate(
    scheme: string,
    input: string,
    settings: ReadonlyMap<string, string> | Readonly<Record<string, string>>,
  ): Promise<string | undefined> {
    const script = this.#app(this.scheme(scheme).app).launcher(scheme)
    const sessionKey = this.sessions.issue()
    const given = settings instanceof Map ? settings : new Map(Object.entries(settings))
    try {
      const answer = await ask(
        {
          script,
          arguments: ['--validate-arguments'],
          byShell: isTrue(this.inputs.defaults(scheme).get('start_by_shell') ?? 'true'),
          environment: this.#environment,
        },
        itemsDocument(this.#documentHead(scheme, { sessionKey }), input, given),
        this.#options.validationTimeoutMs ?? VALIDATION_TIMEOUT_MS,
      )
      for (const line of answer.stderr.split('\n')) if (line !== '') this.log.fromScript(script, line)
      return validationFailure(answer)
    } finally {
      this.sessions.revoke(sessionKey)
    }
  }

  /** Ends all processes, the server, and removes the Splunk home. */
  async stop(graceMs = 2000): Promise<void> {
    await this.stopInputs(graceMs)
    await Promise.all([...this.running].map((run) => run.stop(graceMs)))
    this.events.flush()
    await this.#rest.stop()
    rmSync(this.home, { recursive: true, force: true })
  }

  #app(id: string): App {
    const app = installedApps(this.#appsDirectory).find((each) => each.id === id)
    if (app === undefined) throw new Refusal(404, `Could not find object id=${id}`)
    return app
  }

  #documentHead(scheme: string, options: Pick<StartOptions, 'sessionKey' | 'serverHost'>): DocumentHead {
    const checkpointDirectory = join(this.home, 'var/lib/splunk/modinputs', scheme)
    mkdirSync(checkpointDirectory, { recursive: true })
    return {
      serverHost: options.serverHost ?? this.serverHost,
      serverUri: this.uri,
      sessionKey: options.sessionKey ?? this.sessions.issue(),
      checkpointDirectory,
    }
  }

  #runnable(): InputStanza[] {
    return this.inputs.stanzas().filter((stanza) => this.#schemes.has(stanza.scheme) && !stanza.disabled)
  }

  #ended(run: Run, result: RunResult, sessionKey: string): void {
    this.running.delete(run)
    this.sessions.revoke(sessionKey)
    if (result.violation !== undefined) this.events.violations.push(`${run.stanza}: ${result.violation}`)
    this.events.flush()
    this.results.push({ stanza: run.stanza, result })
  }

  /** A stanza was written by REST: its process is stopped, and under a schedule another one follows. */
  #changed(stanza: string): void {
    for (const run of this.running) if (run.stanza === stanza) run.restart()
    const runnable = this.#runnable().some((each) => each.name === stanza)
    if (this.#schedule === undefined) return
    if (!runnable) {
      void this.#schedule.remove(stanza)
      return
    }
    this.#schedule.add(stanza)
    this.#schedule.restart(stanza)
  }

  #truncateLimits(): ReadonlyMap<string, number> {
    const limits = new Map<string, number>()
    for (const app of installedApps(this.#appsDirectory)) {
      for (const [stanza, settings] of app.conf('props')) {
        const limit = settings.get('TRUNCATE')
        if (limit !== undefined) limits.set(stanza, Number(limit))
      }
    }
    return limits
  }
}
