import type { Readable } from 'node:stream'
import { EventStream, type StreamEvent } from '../events/event-stream.ts'
import { killGroup, type LaunchOptions, launch } from './launcher.ts'

/** What a test may do to one run. All optional. */
export interface RunHooks {
  /** Called with every piece of stdout before it is parsed. */
  readonly onStdoutChunk?: (chunk: Buffer, run: Run) => void
  /** Called for every event of this run, besides the store. */
  readonly onEvent?: (event: StreamEvent, run: Run) => void
  /** Stop reading stdout once this many bytes came; `resume()` goes on. 0: read nothing from the start. */
  readonly pauseAfterBytes?: number
  /** Kill -9 once this many bytes of stdout came. What is in the pipe by then is still read. */
  readonly killAfterBytes?: number
  /** Close the reading end of stdout once this many bytes came. */
  readonly closeAfterBytes?: number
}

export interface RunResult {
  /** `null` when a signal ended the process, and, with `signal` being `null` too, when it could not be started. */
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  /** Lines of stderr, as written. */
  readonly stderr: readonly string[]
  /** Bytes of stdout. */
  readonly bytes: number
  /** Whole events of this run. */
  readonly events: number
  /** What broke the event stream, if anything did. */
  readonly violation: string | undefined
  /** Whether the stream ended with `</stream>`. */
  readonly closed: boolean
  /** The stanza was edited meanwhile, so splunkd stopped this process and would start another. */
  readonly restartRequested: boolean
  /** A process that the script started outlived it and held stdout open; it was ended. */
  readonly leftProcesses: boolean
  readonly tookMs: number
}

export interface RunOptions {
  readonly launch: LaunchOptions
  readonly stanza: string
  /** The document for stdin. The pipe stays open behind it. */
  readonly input: string
  readonly hooks: RunHooks
  /** Where the events go. */
  readonly sink: (event: StreamEvent) => void
  readonly onStderrLine: (line: string) => void
}

/** How long after a script's end its descendants may hold stdout open. */
const LEFTOVER_GRACE_MS = 1000

/** One process of an input, from its start to its end. */
export class Run {
  readonly stanza: string
  /** Settled when the process is gone and its output is read; never rejected for what the process does. */
  readonly finished: Promise<RunResult>
  /** The lines of stderr so far. */
  readonly stderr: string[] = []
  bytes = 0
  #restartRequested = false
  readonly #options: RunOptions
  readonly #launched: ReturnType<typeof launch>
  readonly #stream: EventStream
  readonly #began = performance.now()

  constructor(options: RunOptions) {
    this.#options = options
    this.stanza = options.stanza
    this.#stream = new EventStream((event) => {
      options.sink(event)
      options.hooks.onEvent?.(event, this)
    })
    this.#launched = launch(options.launch)
    this.#launched.stdin.write(options.input)
    this.finished = this.#follow()
  }

  /** The process that splunkd started: the shell, with `start_by_shell`. */
  get pid(): number | undefined {
    return this.#launched.process.pid
  }

  /** Whole events so far. */
  get events(): number {
    return this.#stream.events
  }

  /** Sends a signal to the process that splunkd started, and to no other. */
  kill(signal: NodeJS.Signals): void {
    this.#launched.process.kill(signal)
  }

  /** As splunkd stops an input: SIGTERM, and SIGKILL when it still runs after `graceMs`. */
  async stop(graceMs = 10_000): Promise<RunResult> {
    this.kill('SIGTERM')
    const timer = setTimeout(() => this.kill('SIGKILL'), graceMs)
    try {
      return await this.finished
    } finally {
      clearTimeout(timer)
    }
  }

  /** The stanza was edited: stops the process so that another can begin with the new settings. */
  restart(): void {
    this.#restartRequested = true
    this.kill('SIGTERM')
  }

  /** Stops reading stdout; the pipe fills up. */
  pause(): void {
    this.#launched.stdout.pause()
  }

  resume(): void {
    this.#launched.stdout.resume()
  }

  /** Closes the reading end of stdout: the process gets EPIPE. */
  closeStdout(): void {
    this.#launched.stdout.destroy()
  }

  /** Closes stdin, which splunkd otherwise leaves open. */
  closeStdin(): void {
    this.#launched.stdin.destroy()
  }

  async #follow(): Promise<RunResult> {
    const { process: child, stdout, stderr, stdin } = this.#launched
    const { hooks } = this.#options
    const exited = new Promise<void>((resolve) => {
      child.once('exit', () => resolve())
      child.once('error', (error) => {
        this.#options.onStderrLine(`ERROR child failed to start: ${error.message}`)
        this.stderr.push(`ERROR child failed to start: ${error.message}`)
        resolve()
      })
    })
    stdout.on('data', (chunk: Buffer) => this.#read(chunk))
    const read = Promise.all([ended(stdout), ended(stderr)])
    this.#readLines(stderr)
    if (hooks.pauseAfterBytes === 0) stdout.pause()
    await exited
    stdout.resume()
    let leftProcesses = false
    const leftover = setTimeout(() => {
      leftProcesses = true
      killGroup(child)
    }, LEFTOVER_GRACE_MS)
    await read
    clearTimeout(leftover)
    killGroup(child)
    stdin.destroy()
    const { violation, events, closed } = this.#stream
    return {
      exitCode: child.exitCode,
      signal: child.signalCode,
      stderr: this.stderr,
      bytes: this.bytes,
      events,
      violation,
      closed,
      restartRequested: this.#restartRequested,
      leftProcesses,
      tookMs: performance.now() - this.#began,
    }
  }

  #read(chunk: Buffer): void {
    const { hooks } = this.#options
    const before = this.bytes
    this.bytes += chunk.length
    hooks.onStdoutChunk?.(chunk, this)
    this.#stream.push(chunk)
    const passed = (limit: number | undefined): boolean =>
      limit !== undefined && before < limit && this.bytes >= limit
    if (passed(hooks.pauseAfterBytes)) this.pause()
    if (passed(hooks.killAfterBytes)) this.kill('SIGKILL')
    if (passed(hooks.closeAfterBytes)) this.closeStdout()
  }

  #readLines(stderr: Readable): void {
    let rest = ''
    const line = (text: string): void => {
      this.stderr.push(text)
      this.#options.onStderrLine(text)
    }
    stderr.setEncoding('utf8')
    stderr.on('data', (text: string) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      for (const each of lines) line(each)
    })
    stderr.on('end', () => {
      if (rest !== '') line(rest)
    })
  }
}

function ended(stream: Readable): Promise<void> {
  return new Promise((resolve) => stream.once('close', resolve).once('error', () => resolve()))
}
