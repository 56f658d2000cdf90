import type { InputStanza } from '../apps/inputs-conf.ts'
import { nextCronTime } from './cron.ts'
import type { Run, RunResult } from './run.ts'

/** A process that ends at once is not started again at once. */
const RESTART_PAUSE_MS = 100

/** When the next run of a stanza is due, epoch milliseconds; `undefined`: never. */
export function nextRun(interval: string, began: number | undefined, now: number): number | undefined {
  if (/^-1(\.0*)?$/.test(interval)) return began === undefined ? now : undefined
  if (/^\d+(\.\d*)?$|^\.\d+$/.test(interval)) {
    const milliseconds = Number(interval) * 1000
    if (began === undefined) return now
    return milliseconds === 0 ? now + RESTART_PAUSE_MS : Math.max(began + milliseconds, now)
  }
  return nextCronTime(interval, now)
}

interface Scheduled {
  timer: NodeJS.Timeout | undefined
  run: Run | undefined
  began: number | undefined
}

export interface ScheduleOptions {
  readonly stanza: (name: string) => InputStanza | undefined
  readonly start: (name: string) => Run
  readonly onEnd?: ((stanza: string, result: RunResult) => void) | undefined
}

/** Starts inputs by their `interval`: one process for a stanza at a time; a run that is late delays the next. */
export class Schedule {
  readonly #options: ScheduleOptions
  readonly #stanzas = new Map<string, Scheduled>()

  constructor(options: ScheduleOptions) {
    this.#options = options
  }

  /** Takes a stanza up; a cron stanza does not run at once. */
  add(name: string): void {
    if (this.#stanzas.has(name)) return
    const scheduled: Scheduled = { timer: undefined, run: undefined, began: undefined }
    this.#stanzas.set(name, scheduled)
    this.#plan(name, scheduled)
  }

  /** The stanza was changed: ends its process; the next begins with the new settings as soon as that is gone. */
  restart(name: string): void {
    const scheduled = this.#stanzas.get(name)
    if (scheduled === undefined) return
    scheduled.began = undefined
    if (scheduled.run !== undefined) return
    clearTimeout(scheduled.timer)
    this.#plan(name, scheduled)
  }

  /** Lets go of a stanza and ends its process. */
  async remove(name: string, graceMs?: number): Promise<void> {
    const scheduled = this.#stanzas.get(name)
    this.#stanzas.delete(name)
    clearTimeout(scheduled?.timer)
    await scheduled?.run?.stop(graceMs)
  }

  /** Lets go of all. */
  async stop(graceMs?: number): Promise<void> {
    await Promise.all([...this.#stanzas.keys()].map((name) => this.remove(name, graceMs)))
  }

  #plan(name: string, scheduled: Scheduled): void {
    const stanza = this.#options.stanza(name)
    if (stanza === undefined || stanza.disabled) return
    const now = Date.now()
    const due = nextRun(stanza.interval, scheduled.began, now)
    if (due === undefined) return
    scheduled.timer = setTimeout(() => void this.#begin(name, scheduled), Math.min(due - now, 2 ** 31 - 1))
  }

  async #begin(name: string, scheduled: Scheduled): Promise<void> {
    const began = Date.now()
    scheduled.began = began
    const run = this.#options.start(name)
    scheduled.run = run
    const result = await run.finished
    scheduled.run = undefined
    if (result.restartRequested) scheduled.began = undefined
    this.#options.onEnd?.(name, result)
    if (this.#stanzas.get(name) === scheduled) this.#plan(name, scheduled)
  }
}
