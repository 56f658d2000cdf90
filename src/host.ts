import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Owner } from './delivery/lease.ts'
import { Stopped, TryLater } from './errors.ts'
import type { Clock } from './transport/clock.ts'

/** The longest that a stop may take, milliseconds: splunkd kills what goes on for longer. */
const stopWithin = 4_000
/** How long idle connections may take to close at the end, milliseconds. */
const lingering = 250
/** How often the parent process is looked at: an orphan must end as if it had been told to. */
const orphanCheck = 1_000

/** The process and the machine around it, as the program may use them. */
export class Host {
  readonly clock: Clock = {
    now: () => Date.now(),
    sleep: async (ms, signal) => {
      await sleep(ms, undefined, signal === undefined ? {} : { signal })
    },
  }
  readonly #process: NodeJS.Process
  readonly #stop = new AbortController()
  #outputLost: Error | undefined

  constructor(running: NodeJS.Process) {
    this.#process = running
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGBREAK', 'SIGHUP'] as const)
      running.on(signal, () => this.#stopNow())
    const parent = running.ppid
    setInterval(() => running.ppid !== parent && this.#stopNow(), orphanCheck).unref()
    running.stdout.on('error', (error) => {
      this.#outputLost = error
    })
    running.stderr.on('error', () => undefined)
  }

  /** Aborted when splunkd, or whoever runs this, wants it to stop. */
  get stopping(): AbortSignal {
    return this.#stop.signal
  }

  get stdin(): AsyncIterable<Buffer> {
    return this.#process.stdin
  }

  get stdinIsTerminal(): boolean {
    return this.#process.stdin.isTTY === true
  }

  /** Asks for a secret on the terminal, without showing what is typed. */
  async askSecret(question: string): Promise<string> {
    const { stdin, stderr } = this.#process
    stdin.setRawMode(true)
    stderr.write(question)
    try {
      let typed = ''
      for await (const chunk of stdin) {
        for (const sign of String(chunk)) {
          if (sign === '\r' || sign === '\n') return typed
          if (sign === '\u0003' || sign === '\u0004') throw new Stopped()
          typed = sign === '\u007f' || sign === '\b' ? typed.slice(0, -1) : typed + sign
        }
      }
      return typed
    } finally {
      stdin.setRawMode(false)
      stderr.write('\n')
    }
  }

  /** Where Splunk is installed; undefined when not started by splunkd. */
  get splunkHome(): string | undefined {
    return this.#process.env.SPLUNK_HOME
  }

  /** Hosts that are reached without a proxy, where the machine's administrator has named some. */
  get noProxy(): string | undefined {
    return this.#process.env.NO_PROXY ?? this.#process.env.no_proxy
  }

  get logDirectory(): string | undefined {
    return this.splunkHome === undefined ? undefined : join(this.splunkHome, 'var', 'log', 'splunk')
  }

  get pid(): number {
    return this.#process.pid
  }

  writeError(line: string): void {
    this.#process.stderr.write(line)
  }

  /** Writes to stdout; resolves when the reader's pipe took it. @throws {TryLater} when the reader is gone. */
  write(bytes: Uint8Array): Promise<void> {
    if (this.#outputLost) return Promise.reject(this.#closedPipe(this.#outputLost))
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#process.stdout.write(bytes, (error) => (error ? reject(this.#closedPipe(error)) : resolve()))
    return promise
  }

  #closedPipe(cause: Error): TryLater {
    return new TryLater(
      'splunkd closed the pipe to which events are written; the next run goes on from the last saved state.',
      { cause },
    )
  }

  owner(serverHost: string): Owner {
    return {
      id: randomUUID(),
      host: serverHost,
      pid: this.#process.pid,
      started: startOf(this.#process.pid) ?? '',
      isAlive: (pid, started) => this.#isAlive(pid, started),
    }
  }

  #isAlive(pid: number, started: string): boolean {
    try {
      this.#process.kill(pid, 0)
    } catch (error) {
      return error instanceof Error && 'code' in error && error.code === 'EPERM'
    }
    const now = startOf(pid)
    // A dead process that nobody has asked for yet still has its number.
    if (now === gone) return false
    return now === undefined || started === '' || now === started
  }

  #stopNow(): void {
    if (this.#stop.signal.aborted) return
    this.#stop.abort()
    // A reader that takes nothing would keep the process for ever; what it did not take was not committed either.
    setTimeout(() => this.#process.exit(0), stopWithin).unref()
  }

  /** Ends the process once nothing is left to do; open handles that nobody waits for cannot hold it up. */
  end(exitCode: number): void {
    this.#process.exitCode = exitCode
    this.#process.stdin.destroy()
    setTimeout(() => this.#process.exit(exitCode), lingering).unref()
  }
}

const gone = 'gone'

/**
 * When a process was started, in the kernel's ticks; {@link gone} when it is dead and only its number is left, undefined
 * where the system does not tell. Source: proc(5), stat, fields 3 and 22.
 */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' || fields[0] === 'X' ? gone : fields[19]
  } catch {
    return undefined
  }
}
