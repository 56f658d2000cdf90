import type { Rule } from './rule.ts'

/** What a reviewer looks for in code and texts. */
export const securityRules: readonly Rule[] = [
  {
    check: 'check_for_secret_disclosure',
    says: 'no private key, cloud key or password is in a file of the add-on',
    problems: (app) =>
      app.files.flatMap(({ inApp, bytes }) => {
        if (/\/node(\.exe)?$/.test(inApp)) return []
        const text = bytes.toString('latin1')
        return /-----BEGIN (RSA |EC |OPENSSH )?PRIVATE KEY-----\s*[A-Za-z0-9+/]{16}|\bAKIA[0-9A-Z]{16}\b/.test(
          text,
        )
          ? [inApp]
          : []
      }),
  },
  {
    check: 'check_for_secret_disclosure',
    says: 'no .conf file sets a password',
    problems: (app) =>
      app.files.flatMap(({ inApp }) => {
        if (!/\.(conf|meta)$/.test(inApp)) return []
        const set = app
          .text(inApp)
          .match(/^\w*(login|passwd|password|community|privpass|secret|token|api_key)\s*=\s*\S+/gim)
        return (set ?? []).map((line) => `${inApp}: ${line}`)
      }),
  },
  {
    check: 'check_for_supported_tls',
    says: 'no .conf file chooses TLS versions',
    problems: (app) =>
      app.files.flatMap(({ inApp }) =>
        inApp.endsWith('.conf') && /sslVersions/i.test(app.text(inApp)) ? [inApp] : [],
      ),
  },
  {
    check: 'app review',
    says: 'no compiled Python, source map, archive or test is shipped',
    problems: (app) =>
      app.files.flatMap(({ inApp }) =>
        /\.(pyc|pyo|map|ts|zip|tgz|gz|test\.[a-z]+)$/.test(inApp) ? [inApp] : [],
      ),
  },
  {
    check: 'app review',
    says: 'nothing in the bundle loads code that is not in the package',
    problems: (app) =>
      app.files.flatMap(({ inApp }) => {
        if (!inApp.endsWith('.mjs')) return []
        const loads = /\bimport\(\s*["']https?:|\bsourceMappingURL=/.test(app.text(inApp))
        return loads ? [inApp] : []
      }),
  },
]
