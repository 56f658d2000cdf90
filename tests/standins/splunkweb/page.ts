import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { XMLParser } from 'fast-xml-parser'
import { z } from 'zod'
import type { Answer } from './answer.ts'

export interface PageOptions {
  readonly home: string
  readonly locale: string
  readonly version: string
}

const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '@', stopNodes: ['*.html'] })
const viewFile = z.object({
  view: z.object({ '@template': z.string(), '@type': z.literal('html'), label: z.string() }).optional(),
  dashboard: z
    .object({
      '@version': z.literal('1.1'),
      '@script': z.string(),
      label: z.string(),
      row: z.object({ panel: z.object({ html: z.string() }) }),
    })
    .optional(),
})

const failure = (text: string): Answer => ({ status: 500, type: 'text/html', body: text })
const appTemplate = 'pages/splunk_ui_app.html'

/** Whether this Splunk brings a template for apps' pages, which replaced scripts in Simple XML dashboards. */
const isSince104 = (version: string): boolean => {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > 10 || (major === 10 && minor >= 4)
}

/** `/app/<app>/<view>`: the page of a view. */
export function pageOf(path: string, options: PageOptions): Answer {
  const [, app = '', view = ''] = /^\/app\/([\w.-]+)\/(\w+)$/.exec(path) ?? []
  const file = join(options.home, 'etc/apps', app, 'default/data/ui/views', `${view}.xml`)
  if (view === '' || !existsSync(file)) return { status: 404, type: 'text/html', body: 'Page not found' }
  const parsed = viewFile.safeParse(parser.parse(readFileSync(file)))
  if (!parsed.success) return failure(`This stand-in does not know such a view: ${parsed.error.message}`)
  const modern = isSince104(options.version)
  const { view: html, dashboard } = parsed.data
  if (html !== undefined) {
    if (html['@template'] !== appTemplate || !modern)
      return failure(`An error occurred while reading the page template: ${html['@template']}`)
    return pageFrom(options, html.label, '', loader(options, app, `pages/${view}.js`))
  }
  if (dashboard === undefined) return failure('Neither view nor dashboard.')
  const script = modern ? '' : `${amd}${loader(options, app, dashboard['@script'])}`
  return pageFrom(options, dashboard.label, dashboard.row.panel.html, script)
}

/** Splunk 10.4 learns the user's theme first, then loads the script named like the view. */
const loader = ({ locale }: PageOptions, app: string, script: string): string => `
  const page = document.createElement('script')
  page.src = '/${locale}/static/@standin:0/app/${app}/${script}'
  setTimeout(() => document.head.append(page), 20)`

/** What RequireJS leaves in a Simple XML page: libraries that see it hand themselves over instead of returning. */
const amd = `
  window.define = () => { throw new Error('A library went to the AMD loader of the page.') }
  window.define.amd = {}`

function pageFrom({ locale }: PageOptions, label: string, body: string, script: string): Answer {
  const text = `<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<title>${label}</title>
<link rel="icon" href="data:,">
</head>
<body>
<script src="/${locale}/config?autoload=1"></script>
<script src="/${locale}/static/@standin/js/i18n.js"></script>
<script src="/${locale}/i18ncatalog?autoload=1"></script>
${body}
<script>${script}</script>
</body>
</html>`
  return { status: 200, type: 'text/html; charset=utf-8', body: text }
}
