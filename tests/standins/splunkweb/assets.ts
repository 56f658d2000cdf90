import { existsSync, readFileSync } from 'node:fs'
import { extname, join, normalize } from 'node:path'
import type { Answer } from './answer.ts'
import type { Theme } from './splunk-web.ts'

const script = (body: string): Answer => ({ status: 200, type: 'text/javascript', body })

/** `config?autoload=1`: what Splunk Web tells its pages about itself. */
export function configScript(about: { locale: string; port: number; version: string }): Answer {
  const config = {
    LOCALE: about.locale,
    MRSPARKLE_PORT_NUMBER: about.port,
    MRSPARKLE_ROOT_PATH: '',
    SPLUNKD_PATH: `/${about.locale}/splunkd/__raw`,
    BUILD_NUMBER: 'standin',
    USERNAME: 'admin',
    VERSION_LABEL: about.version,
  }
  return script(`window.$C = ${JSON.stringify(config)}`)
}

/** Splunk's bars, as plain as can be: a header, and a place for the page below it. */
const layout = (theme: Theme): string => `
window.__splunk_layout__ = {
  create() {
    document.documentElement.style.colorScheme = '${theme}'
    document.body.style.margin = '0'
    const header = document.createElement('header')
    header.dataset.view = 'splunkjs/mvc/headerview'
    header.style = 'background:#171d21;color:#fff;padding:9px 16px;font:14px sans-serif'
    header.textContent = 'splunk>enterprise   Mailtrail'
    const container = document.createElement('div')
    document.body.append(header, container)
    return { getContainerElement: () => container }
  },
}`

const theme = (name: Theme): string =>
  `window.__get_theme__ = { getTheme: () => Promise.resolve('${name === 'dark' ? 'dark' : 'enterprise'}') }`

/** The scripts of Splunk's own that pages load: bars and theme. Undefined for everything else. */
export function apiScript(path: string, chosen: Theme): Answer | undefined {
  const known: Readonly<Record<string, string>> = {
    '/static/@standin/build/api/layout.js': layout(chosen),
    '/static/@standin/build/api/layout-dark.js': layout(chosen),
    '/static/@standin/build/api/get_theme.js': theme(chosen),
    '/static/@standin/js/i18n.js': '',
  }
  const body = known[path]
  return body === undefined ? undefined : script(body)
}

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.png': 'image/png',
  '.css': 'text/css',
}

/** `/static/@<build>:<app build>/app/<app>/…` is `appserver/static/…` of the app. */
export function staticFile(path: string, home: string): Answer {
  const [, app, file] = /^\/static\/@[^/]+\/app\/([\w.-]+)\/(.+)$/.exec(path) ?? []
  const at = app && file && join(home, 'etc/apps', app, 'appserver/static', normalize(`/${file}`))
  if (!at || !existsSync(at)) return { status: 404, type: 'text/plain', body: 'Not Found' }
  return { status: 200, type: types[extname(at)] ?? 'application/octet-stream', body: readFileSync(at) }
}
