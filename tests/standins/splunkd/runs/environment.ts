import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathWithoutNode } from './path-without-node.ts'

export type Environment = Readonly<Record<string, string>>

/** Nothing listens there: who uses splunkd's proxy by mistake fails. */
const DEAD_PROXY = 'http://127.0.0.1:9'

/**
 * The environment that splunkd gives to an input, at its worst: libraries, an OpenSSL configuration and Node.js
 * options that break a Node.js that heeds them, a proxy that is dead, no Node.js on the PATH, nothing else inherited.
 */
export function splunkEnvironment(splunkHome: string): Environment {
  const library = join(splunkHome, 'lib')
  const openssl = join(splunkHome, 'openssl')
  for (const directory of [library, openssl, join(splunkHome, 'bin')])
    mkdirSync(directory, { recursive: true })
  writeFileSync(join(library, 'libstdc++.so.6'), 'not a library\n')
  writeFileSync(
    join(openssl, 'openssl.cnf'),
    'nodejs_conf = broken\n[broken]\nproviders = missing\n[missing]\nsplunk = splunk_provider\n[splunk_provider]\nmodule = /nonexistent/provider.so\nactivate = 1\n',
  )
  return {
    SPLUNK_HOME: splunkHome,
    SPLUNK_DB: join(splunkHome, 'var/lib/splunk'),
    SPLUNK_SERVER_NAME: 'Splunkd',
    SPLUNK_WEB_NAME: 'splunkweb',
    SPLUNK_OS_USER: 'splunk',
    PATH: `${join(splunkHome, 'bin')}:${pathWithoutNode()}`,
    LD_LIBRARY_PATH: library,
    OPENSSL_CONF: join(openssl, 'openssl.cnf'),
    LDAPCONF: join(splunkHome, 'etc/openldap/ldap.conf'),
    PYTHONPATH: join(splunkHome, 'lib/python'),
    PYTHONHTTPSVERIFY: '0',
    NODE_OPTIONS: '--require /nonexistent',
    NODE_PATH: '/nonexistent',
    NODE_EXTRA_CA_CERTS: '/nonexistent.pem',
    HTTP_PROXY: DEAD_PROXY,
    HTTPS_PROXY: DEAD_PROXY,
    http_proxy: DEAD_PROXY,
    https_proxy: DEAD_PROXY,
  }
}
