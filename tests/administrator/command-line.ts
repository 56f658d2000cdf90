import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Stage } from '../scenarios/harness.ts'

export interface CommandResult {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
  /** stdout as JSON; throws when it is not. */
  json(): unknown
}

/** Runs `bin/mailtrail.sh` of the installed package as an operator does, in the environment that `splunk cmd` gives. */
export function mailtrail(
  stage: Stage,
  args: readonly string[],
  options: { readonly firstLine?: string; readonly signIn?: boolean } = {},
): Promise<CommandResult> {
  const { firstLine = 'changeme', signIn = true } = options
  const global = signIn ? ['--splunkd-uri', stage.splunkd.uri, '--username', 'admin'] : []
  const { promise, resolve, reject } = Promise.withResolvers<CommandResult>()
  const { home } = stage.splunkd
  const child = spawn(join(home, 'etc/apps/TA-mailtrail/bin/mailtrail.sh'), [...global, ...args], {
    cwd: '/',
    env: { PATH: '/usr/bin:/bin', SPLUNK_HOME: home, LD_LIBRARY_PATH: join(home, 'lib') },
  })
  const chunks = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => {
    chunks.stdout += chunk.toString('utf8')
  })
  child.stderr.on('data', (chunk: Buffer) => {
    chunks.stderr += chunk.toString('utf8')
  })
  child.on('error', reject)
  child.on('close', (exitCode) =>
    resolve({ exitCode, ...chunks, json: (): unknown => JSON.parse(chunks.stdout) }),
  )
  child.stdin.on('error', () => undefined)
  child.stdin.end(`${firstLine}\n`)
  return promise
}
