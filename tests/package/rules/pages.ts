import { gzipSync } from 'node:zlib'
import { filesIn, type Rule } from './rule.ts'

/** The largest that a page's script may be, compressed, in bytes. */
const mostScript = 700_000

/** What Splunk Web shows: views, their scripts, the navigation. */
export const pageRules: readonly Rule[] = [
  {
    check: 'check_for_custom_mako_templates, check_cherrypy_controllers',
    says: 'appserver holds static files only: no template, no module, no controller',
    problems: (app) =>
      filesIn(app, 'appserver').flatMap(({ inApp }) =>
        inApp.startsWith('appserver/static/') ? [] : [inApp],
      ),
  },
  {
    check: 'splunkd',
    says: "a view of Splunk's template for apps' pages has its script, under the view's name",
    problems: (app) =>
      filesIn(app, 'default/data/ui/views').flatMap(({ inApp }) => {
        if (!app.text(inApp).includes('template="pages/splunk_ui_app.html"')) return []
        const script = inApp
          .replace('default/data/ui/views/', 'appserver/static/pages/')
          .replace('.xml', '.js')
        return app.text(script) === '' ? [script] : []
      }),
  },
  {
    check: 'splunkd',
    says: 'a script that a dashboard names is there',
    problems: (app) =>
      filesIn(app, 'default/data/ui/views').flatMap(({ inApp }) => {
        const script = /<dashboard[^>]* script="([^"]+)"/.exec(app.text(inApp))?.[1]
        return script === undefined || app.text(`appserver/static/${script}`) !== '' ? [] : [script]
      }),
  },
  {
    check: 'splunkd',
    says: 'the navigation names views that are there',
    problems: (app) => {
      const navigation = app.text('default/data/ui/nav/default.xml')
      return [...navigation.matchAll(/<view name="(\w+)"/g)]
        .map(([, name]) => name ?? '')
        .filter((name) => name !== 'search' && app.text(`default/data/ui/views/${name}.xml`) === '')
    },
  },
  {
    check: 'app review',
    says: 'a page loads in a moment: no script is over 700 kB compressed',
    problems: (app) =>
      filesIn(app, 'appserver/static').flatMap(({ inApp, bytes }) =>
        gzipSync(bytes).length > mostScript ? [inApp] : [],
      ),
  },
  {
    check: 'app review',
    says: 'a page runs only what is in the package, and prints nothing to the console',
    problems: (app) =>
      filesIn(app, 'appserver/static').flatMap(({ inApp }) =>
        /\bimport\(\s*["']https?:|\bsourceMappingURL=|\bconsole\.log\(/.test(app.text(inApp)) ? [inApp] : [],
      ),
  },
]
