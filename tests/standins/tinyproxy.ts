import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Whether Debian's tinyproxy is installed on this machine. */
export const tinyproxyInstalled = (): boolean => spawnSync('tinyproxy', ['-v']).status === 0

/** A real forward proxy with Basic authentication, from Debian's package tinyproxy-bin. */
export class Tinyproxy {
  readonly #folder = mkdtempSync(join(tmpdir(), 'tinyproxy-'))
  #process: ChildProcess | undefined
  #port = 0

  async start(user: string, password: string): Promise<void> {
    this.#port = await freePort()
    const settings = join(this.#folder, 'tinyproxy.conf')
    writeFileSync(
      settings,
      [
        `Port ${this.#port}`,
        'Listen 127.0.0.1',
        'Timeout 60',
        `LogFile "${join(this.#folder, 'log')}"`,
        'LogLevel Connect',
        `BasicAuth ${user} ${password}`,
        '',
      ].join('\n'),
    )
    this.#process = spawn('tinyproxy', ['-d', '-c', settings], { stdio: 'ignore' })
    await answering(this.#port)
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  /** What it says it did. */
  get log(): string {
    return readFileSync(join(this.#folder, 'log'), 'utf8')
  }

  stop(): void {
    this.#process?.kill('SIGKILL')
    rmSync(this.#folder, { recursive: true })
  }
}

function freePort(): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>()
  const server = createServer().listen(0, '127.0.0.1', () => {
    const address = server.address()
    server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
  })
  return promise
}

async function answering(port: number): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const answers = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1')
      socket.once('connect', () => resolve(true))
      socket.once('error', () => resolve(false))
      socket.once('close', () => socket.destroy())
      socket.once('connect', () => socket.destroy())
    })
    if (answers) return
    await new Promise((resolve) => {
      setTimeout(resolve, 25)
    })
  }
  throw new Error('tinyproxy does not answer')
}
