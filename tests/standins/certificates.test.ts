import { once } from 'node:events'
import { createServer, request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { type Certificate, CertificateAuthority } from './certificates.ts'

async function get(certificate: Certificate, host: string, ca: string | undefined): Promise<number> {
  const server = createServer({ ...certificate }, (_, response) => response.end('ok')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    const { port } = server.address() as AddressInfo
    const call = request({ host, port, family: 4, path: '/', agent: false, ...(ca ? { ca } : {}) }).end()
    const [response] = await once(call, 'response')
    response.resume()
    return response.statusCode
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

test('a client that is given the authority trusts its certificates by name and by address', async () => {
  const authority = new CertificateAuthority()
  const leaf = authority.issue()
  expect(await get(leaf, 'localhost', authority.cert)).toBe(200)
  expect(await get(leaf, '127.0.0.1', authority.cert)).toBe(200)
})

test('nobody else trusts them, nor for another host, nor after their time', async () => {
  const authority = new CertificateAuthority()
  await expect(get(authority.issue(), 'localhost', undefined)).rejects.toThrow(/verify|self.signed|issuer/i)
  await expect(get(authority.issue(['example.com']), 'localhost', authority.cert)).rejects.toThrow(
    /altnames/i,
  )
  const expired = authority.issue(['localhost'], { notAfter: new Date(Date.now() - 1000) })
  await expect(get(expired, 'localhost', authority.cert)).rejects.toThrow(/expired/i)
})
