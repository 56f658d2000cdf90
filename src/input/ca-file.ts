import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import { Misconfigured } from '../errors.ts'

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a directory; name the file',
  EACCES: 'it may not be read',
  EPERM: 'it may not be read',
}

const certificate = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g

/**
 * The certificates of the file that `ca_file` names, as PEM text; a private key in it is left alone.
 * @throws {Misconfigured} when it cannot be read, holds none, or holds a damaged one.
 */
export function readRoots(path: string): string {
  const wrong = (why: string, cause?: unknown): Misconfigured =>
    new Misconfigured(`ca_file: ${path}: ${why}`, { cause })
  if (!isAbsolute(path))
    throw wrong('it must be an absolute path, because splunkd starts inputs from any directory.')
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    throw wrong(
      `${reasons[code] ?? 'it cannot be read'}. It must be readable for the user that runs Splunk.`,
      error,
    )
  }
  const found = text.match(certificate) ?? []
  if (found.length === 0) {
    throw wrong(
      'it holds no certificate in PEM form ("-----BEGIN CERTIFICATE-----"). A DER file is converted with: openssl x509 -inform der ' +
        '-in FILE -out FILE.pem',
    )
  }
  for (const [index, pem] of found.entries()) {
    try {
      new X509Certificate(pem)
    } catch (error) {
      throw wrong(`certificate ${index + 1} of ${found.length} in it is damaged; export it again.`, error)
    }
  }
  return found.join('\n')
}
