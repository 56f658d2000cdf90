import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync } from 'node:fs'
import type { Socket } from 'node:net'
import type { Environment } from './environment.ts'
import { openPipes, reader, writer } from './pipes.ts'

export interface LaunchOptions {
  /** The script that splunkd starts. */
  readonly script: string
  readonly arguments?: readonly string[]
  /** Through `/bin/sh -c`: the child of splunkd is then the shell. */
  readonly byShell: boolean
  readonly environment: Environment
}

/** A started script with splunkd's ends of its pipes. */
export interface Launched {
  readonly process: ChildProcess
  readonly stdin: Socket
  readonly stdout: Socket
  readonly stderr: Socket
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

/**
 * Starts a script as splunkd does: working directory `/`, nothing inherited but the given environment, real pipes.
 * The child leads a process group of its own, so that what it leaves behind can be cleaned up.
 */
export function launch(options: LaunchOptions): Launched {
  const { script, arguments: given = [], byShell, environment } = options
  const [stdin, stdout, stderr] = openPipes(3)
  if (!stdin || !stdout || !stderr) throw new Error('Three pipes were wanted.')
  const line = [script, ...given].map(quoted).join(' ')
  const child = spawn(byShell ? '/bin/sh' : script, byShell ? ['-c', line] : given, {
    cwd: '/',
    env: environment,
    stdio: [stdin.read, stdout.write, stderr.write],
    detached: true,
  })
  for (const descriptor of [stdin.read, stdout.write, stderr.write]) closeSync(descriptor)
  return {
    process: child,
    stdin: writer(stdin.write),
    stdout: reader(stdout.read),
    stderr: reader(stderr.read),
  }
}

/** Ends whatever is left of a script's process group. */
export function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
