import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Secret } from '../../src/secret.ts'
import { Splunkd } from '../../src/splunkd/splunkd.ts'
import { splunkRoots } from '../../src/splunkd/trust.ts'
import { type Certificate, CertificateAuthority } from '../standins/certificates.ts'

const splunks = new CertificateAuthority('SplunkCommonCA')
const sites = new CertificateAuthority('Example Corp Root')
const named = { commonName: 'SplunkServerDefaultCert' }

describe("splunkd's certificate", () => {
  let home: string
  let server: Server | undefined
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'splunk-home-'))
  })
  afterEach(() => {
    server?.close()
    server?.closeAllConnections()
    rmSync(home, { recursive: true })
  })

  const write = (path: string, content: string): void => {
    mkdirSync(dirname(join(home, path)), { recursive: true })
    writeFileSync(join(home, path), content)
  }

  /** Asks a splunkd that shows this certificate. */
  async function ask(certificate: Certificate, acceptUnverified = true): Promise<unknown> {
    server = createServer(certificate, (_request, response) => response.end('{"entry":[]}'))
    const listening = server
    await new Promise<void>((resolve) => {
      listening.listen(0, '127.0.0.1', resolve)
    })
    const address = listening.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const splunkd = new Splunkd({
      uri: `https://127.0.0.1:${port}`,
      sessionKey: new Secret('a session key'),
      trust: { roots: splunkRoots(home), acceptUnverified },
    })
    try {
      return (await splunkd.request('asking', 'GET', 'server/info')).status
    } catch (error) {
      return error instanceof Error ? error.message : error
    } finally {
      splunkd.close()
    }
  }

  it("is taken when Splunk's own authority has signed it, whatever host it names", async () => {
    write('etc/auth/cacert.pem', splunks.cert)
    expect(await ask(splunks.issue([], named), false)).toBe(200)
  })

  it("is refused when Splunk's roots can be read and none of them has signed it, on loopback too", async () => {
    write('etc/auth/cacert.pem', splunks.cert)
    expect(await ask(sites.issue([], named))).toMatch(/not signed by Splunk's own roots.*server\.conf/)
  })

  it.each([
    ['sslRootCAPath', 'etc/system/local/server.conf', '$SPLUNK_HOME/etc/auth/mycerts/roots.pem'],
    ['caCertFile', 'etc/apps/site-tls/default/server.conf', 'mycerts/roots.pem'],
  ])('is taken when server.conf names its root in %s', async (setting, conf, path) => {
    write('etc/auth/cacert.pem', splunks.cert)
    write(conf, `[sslConfig]\n${setting} = ${path}\n`)
    write('etc/auth/mycerts/roots.pem', sites.cert)
    expect(await ask(sites.issue([], named), false)).toBe(200)
  })

  it('is taken when it is the one that server.conf names, without its root', async () => {
    const certificate = sites.issue([], named)
    write('etc/auth/cacert.pem', splunks.cert)
    write(
      'etc/system/local/server.conf',
      '[sslConfig]\nserverCert = $SPLUNK_HOME/etc/auth/mycerts/server.pem\n',
    )
    write('etc/auth/mycerts/server.pem', `${certificate.key}${certificate.cert}`)
    expect(await ask(certificate, false)).toBe(200)
    expect(splunkRoots(home).join()).not.toMatch(/PRIVATE KEY/)
  })

  it('is taken unverified on loopback only, where no root can be read', async () => {
    expect(await ask(splunks.issue([], named))).toBe(200)
    server?.close()
    expect(await ask(splunks.issue([], named), false)).toMatch(/not signed by Splunk's own roots/)
  })

  it('may have expired on loopback: splunkd itself goes on with it', async () => {
    write('etc/auth/cacert.pem', splunks.cert)
    const expired = splunks.issue([], {
      ...named,
      notBefore: new Date('2020-01-01'),
      notAfter: new Date('2023-01-01'),
    })
    expect(await ask(expired)).toBe(200)
    server?.close()
    expect(await ask(expired, false)).toMatch(/does not answer.*expired/)
  })
})
