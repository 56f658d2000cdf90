import * as z from 'zod'
import type { Collection } from '../delivery/collection.ts'
import { patient, StorePatience } from '../delivery/collection.ts'
import { MailtrailError, Misconfigured } from '../errors.ts'
import type { Host } from '../host.ts'
import { Secret } from '../secret.ts'
import { connect } from '../session.ts'
import { KvCollection } from '../splunkd/kv-store.ts'
import type { Splunkd } from '../splunkd/splunkd.ts'

export interface ConnectionOptions {
  /** Such as `https://127.0.0.1:8089`. */
  readonly splunkdUri: string
  /** Signs in with a password; without it a session key is read. */
  readonly username?: string
}

const login = z.object({ sessionKey: z.string().min(1) })

/** splunkd and the add-on's state in it, as the operator who signed in. */
export class Connection {
  readonly splunkd: Splunkd
  readonly #host: Host

  private constructor(splunkd: Splunkd, host: Host) {
    this.splunkd = splunkd
    this.#host = host
  }

  /**
   * Signs in. The password or the session key is the first line of stdin, or is asked for on the terminal; it is never
   * an argument, which every user of the machine could read.
   */
  static async open(host: Host, options: ConnectionOptions): Promise<Connection> {
    const what = options.username === undefined ? 'Session key' : `Password of ${options.username}`
    const secret = host.stdinIsTerminal ? await host.askSecret(`${what}: `) : await firstLine(host.stdin)
    if (secret === '') throw new Misconfigured(`${what} is missing: it is read from the first line of stdin.`)
    const sessionKey =
      options.username === undefined
        ? new Secret(secret)
        : await signIn(host, options.splunkdUri, options.username, secret)
    return new Connection(connect({ serverUri: options.splunkdUri, sessionKey }, host), host)
  }

  /** A collection of the add-on, with a minute's patience for a KV store that is starting. */
  collection(name: string, onRetry: (message: string) => void): Collection {
    const { clock, stopping } = this.#host
    return patient(new KvCollection(this.splunkd, name), new StorePatience(clock), clock, stopping, onRetry)
  }

  close(): void {
    this.splunkd.close()
  }
}

async function signIn(host: Host, uri: string, username: string, password: string): Promise<Secret> {
  const splunkd = connect({ serverUri: uri, sessionKey: new Secret('') }, host)
  try {
    const reply = await splunkd.request('signing in to splunkd', 'POST', '/services/auth/login', {
      form: { username, password },
    })
    return new Secret(login.parse(reply.data).sessionKey)
  } catch (error) {
    if (error instanceof MailtrailError && error.category === 'Authentication Error') {
      throw new Misconfigured(`splunkd does not accept ${username} with this password.`, {
        cause: error,
        category: 'Authentication Error',
      })
    }
    throw error
  } finally {
    splunkd.close()
  }
}

async function firstLine(stdin: AsyncIterable<Buffer>): Promise<string> {
  let read = ''
  for await (const chunk of stdin) {
    read += chunk.toString('utf8')
    if (read.includes('\n')) break
  }
  return read.split(/\r?\n/, 1)[0] ?? ''
}
