import { once } from 'node:events'
import type { Socket } from 'node:net'
import { killGroup, type LaunchOptions, launch } from './launcher.ts'

/** How a script that was asked something ended. */
export interface Answer {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  /** How long it took, in milliseconds. */
  readonly tookMs: number
}

async function all(stream: Socket): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

/** Runs a script to its end with `input` on stdin, whose pipe stays open; SIGKILL after `timeoutMs`. */
export async function ask(options: LaunchOptions, input: string, timeoutMs: number): Promise<Answer> {
  const began = performance.now()
  const launched = launch(options)
  const child = launched.process
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs)
  const exited = once(child, 'exit')
  const output = Promise.all([all(launched.stdout), all(launched.stderr)])
  launched.stdin.write(input)
  try {
    await exited
    killGroup(child)
    const [stdout, stderr] = await output
    return {
      exitCode: child.exitCode,
      signal: child.signalCode,
      stdout,
      stderr,
      tookMs: performance.now() - began,
    }
  } finally {
    clearTimeout(timer)
    launched.stdin.destroy()
  }
}

/** How splunkd words a script's failure; `undefined` when it ended well. */
export function scriptFailure(answer: Answer): string | undefined {
  if (answer.signal === 'SIGKILL') return 'script running failed (killed by signal 9: Killed).'
  if (answer.signal !== null) return `script running failed (killed by signal ${answer.signal}).`
  return answer.exitCode === 0 ? undefined : `script running failed (exited with code ${answer.exitCode}).`
}
