import { join } from 'node:path'
import type { Browser, Page, Route } from 'playwright-core'
import type { Definition, Delivered } from '../../dashboards/definition.ts'
import { nothingYet } from '../../dashboards/world/world.ts'
import type { World } from '../../searchtime/search/pipeline.ts'
import { type Bundle, bundlePage } from '../ground/bundle.ts'
import { startChromium, watch } from '../ground/chromium.ts'
import { SearchService } from './search-service.ts'

/** What Splunk Web tells its pages about itself, in `window.$C`; the zone is UTC, as splunkd writes it. */
const splunkWeb = {
  SPLUNKD_PATH: '/en-US/splunkd/__raw',
  LOCALE: 'en-US',
  MRSPARKLE_PORT_NUMBER: 8000,
  MRSPARKLE_ROOT_PATH: '',
  USERNAME: 'admin',
  SERVER_ZONEINFO: '### SERIALIZED TIMEZONE FORMAT 1.0;Y0 N 55 54 43;$',
}

const origin = 'http://splunk.example.com'

export interface Look {
  readonly colorScheme: 'light' | 'dark'
  /** Of the window, in pixels. */
  readonly width: number
}

/**
 * A page of a Chromium with Splunk's dashboard renderer, to which nothing but this process answers. One dashboard is
 * shown after the other: the renderer is large, and loading it anew for each would take most of the time.
 */
export class DashboardStage {
  readonly page: Page
  readonly #browser: Browser
  #complaints: readonly string[] = []
  #unanswered: string[] = []
  #heard = 0
  readonly #service = new SearchService(nothingYet)

  private constructor(browser: Browser, page: Page) {
    this.#browser = browser
    this.page = page
  }

  static async open(): Promise<DashboardStage> {
    const bundle = await bundlePage(join(import.meta.dirname, 'page', 'page.tsx'))
    const browser = await startChromium()
    const context = await browser.newContext({ timezoneId: 'UTC', locale: 'en-US', reducedMotion: 'reduce' })
    const stage = new DashboardStage(browser, await context.newPage())
    stage.#complaints = watch(stage.page)
    await context.route('**/*', (route) => stage.#answer(route, bundle))
    await stage.page.addInitScript(($C) => Object.assign(window, { $C }), splunkWeb)
    await stage.reload()
    return stage
  }

  /** Forgets what was chosen in inputs: the renderer keeps it from one dashboard to the next. */
  async reload(): Promise<void> {
    await this.page.goto(`${origin}/en-US/app/TA-mailtrail/page`)
  }

  async close(): Promise<void> {
    await this.#browser.close()
  }

  /** Errors of the page and of its searches since the dashboard was shown. */
  complaints(): readonly string[] {
    return [...this.#complaints.slice(this.#heard), ...this.#service.failures, ...this.#unanswered]
  }

  /** Shows a dashboard over a world. Values of inputs are set as `?form.<token>=` in the address would. */
  async show(
    { definition }: Delivered,
    world: World,
    { colorScheme, width }: Look,
    tokens: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    this.#service.search(world)
    this.#unanswered = []
    this.#heard = this.#complaints.length
    await this.resize(definition, width)
    const dashboard = { definition: withInputs(definition, tokens), colorScheme }
    await this.page.evaluate((shown) => {
      document.body.style.background = shown.colorScheme === 'dark' ? '#171d21' : '#f2f4f5'
      window.draw(shown)
    }, dashboard)
  }

  /** Makes the window as wide, and high enough for all panels: Splunk draws a panel only when it comes into view. */
  async resize({ layout }: Definition, width: number): Promise<void> {
    const bottom = Math.max(...layout.structure.map(({ position }) => position.y + position.h))
    const height = Math.max(bottom, Math.round((bottom * width) / layout.options.width)) + 120
    await this.page.setViewportSize({ width, height })
  }

  #answer(route: Route, bundle: Bundle): Promise<void> {
    const request = route.request()
    const url = new URL(request.url())
    const file = fileAt(url.pathname, bundle)
    if (file) return route.fulfill(file)
    const values =
      request.method() === 'POST' ? new URLSearchParams(request.postData() ?? '') : url.searchParams
    const reply = this.#service.reply(request.method(), url.pathname, values)
    if (reply) return route.fulfill({ status: reply.status, json: reply.body })
    this.#unanswered.push(`no answer to ${request.method()} ${url.href}`)
    return route.abort()
  }
}

function fileAt(path: string, bundle: Bundle): { contentType: string; body: string } | undefined {
  if (path.endsWith('/page.js')) return { contentType: 'text/javascript; charset=utf-8', body: bundle.script }
  if (path.endsWith('/page.css')) return { contentType: 'text/css; charset=utf-8', body: bundle.styles }
  if (path.endsWith('/favicon.ico')) return { contentType: 'image/x-icon', body: '' }
  const body = path.endsWith('/page')
    ? '<link rel="stylesheet" href="page.css"><body style="margin: 0"><div id="root"></div><script src="page.js"></script>'
    : ''
  return /^(?:\/en-US)?\/app\/TA-mailtrail\/\w+$/.test(path)
    ? { contentType: 'text/html; charset=utf-8', body: `<!doctype html><title>Mailtrail</title>${body}` }
    : undefined
}

function withInputs(definition: Definition, tokens: Readonly<Record<string, string>>): Definition {
  const inputs = Object.entries(definition.inputs).map(([name, input]) => {
    const value = tokens[String(input.options?.token)]
    const options = { ...input.options, ...(value === undefined ? {} : { defaultValue: value }) }
    return [name, { ...input, options }]
  })
  return { ...definition, inputs: Object.fromEntries(inputs) }
}
