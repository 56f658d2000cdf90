import { readdirSync, readFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'

/** How splunkd's certificate is checked. */
export interface SplunkdTrust {
  /** PEM text of the certificates that are trusted; empty where none could be read. */
  readonly roots: readonly string[]
  /** Whether any certificate will do where there are no roots to check it with. */
  readonly acceptUnverified: boolean
}

/** Settings of server.conf, [sslConfig], that name files with the certificates that splunkd shows or trusts. */
const setting = /^\s*(?:sslRootCAPath|caCertFile|serverCert)\s*=\s*(\S.*?)\s*$/gm
const certificate = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/**
 * The certificates by which the local splunkd is known: those of Splunk's own authority and whatever server.conf names,
 * its own certificate included. Private keys in those files are left alone.
 * Source: Splunk, server.conf.spec, [sslConfig]; Splunk's own authority is etc/auth/cacert.pem.
 * @param splunkHome `$SPLUNK_HOME`; undefined where nobody says where Splunk is.
 */
export function splunkRoots(splunkHome: string | undefined): string[] {
  if (splunkHome === undefined) return []
  const named = serverConfs(splunkHome).flatMap((path) =>
    [...readable(path).matchAll(setting)].map(([, value = '']) => inHome(value, splunkHome)),
  )
  const files = new Set([join(splunkHome, 'etc/auth/cacert.pem'), ...named])
  return [...files].flatMap((path) => readable(path).match(certificate) ?? [])
}

/** server.conf of the system and of every app: an app may bring a site's own certificates. */
function serverConfs(splunkHome: string): string[] {
  const apps = join(splunkHome, 'etc/apps')
  const owners = [join(splunkHome, 'etc/system'), ...entries(apps).map((app) => join(apps, app))]
  return owners.flatMap((owner) => ['local', 'default'].map((layer) => join(owner, layer, 'server.conf')))
}

function inHome(value: string, splunkHome: string): string {
  const path = value.replace(/^\$SPLUNK_HOME|^\$\{SPLUNK_HOME\}|^%SPLUNK_HOME%/, splunkHome)
  return isAbsolute(path) ? path : join(splunkHome, 'etc/auth', path)
}

function entries(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch {
    return []
  }
}

/** The text of a file; empty where it is not there or may not be read. */
function readable(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
