import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Certificate } from '../standins/certificates.ts'

/** A private certificate authority, made with the openssl command as an administrator makes one. */
export class PrivateRoot {
  readonly #folder = mkdtempSync(join(tmpdir(), 'private-root-'))
  readonly name: string

  constructor(name: string) {
    this.name = name
    this.#openssl(
      ...[
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-days',
        '30',
        '-subj',
        `/O=Example Corp/CN=${name}`,
      ],
      ...['-keyout', 'root.key', '-out', 'root.pem'],
    )
  }

  /** The file that `ca_file` is to name. */
  get file(): string {
    return join(this.#folder, 'root.pem')
  }

  /** A server certificate for `localhost` and 127.0.0.1, or for other names. */
  issue(names = 'DNS:localhost,IP:127.0.0.1', days = '30'): Certificate {
    writeFileSync(join(this.#folder, 'names.cnf'), `subjectAltName=${names}\n`)
    this.#openssl(
      ...['req', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=server'],
      ...['-keyout', 'server.key', '-out', 'server.csr'],
    )
    this.#openssl(
      ...['x509', '-req', '-in', 'server.csr', '-CA', 'root.pem', '-CAkey', 'root.key', '-CAcreateserial'],
      ...['-days', days, '-extfile', 'names.cnf', '-out', 'server.pem'],
    )
    const read = (name: string) => readFileSync(join(this.#folder, name), 'utf8')
    return { cert: read('server.pem'), key: read('server.key') }
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true })
  }

  #openssl(...options: string[]): void {
    execFileSync('openssl', options, { cwd: this.#folder, stdio: 'pipe' })
  }
}
