import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import { buildPackage } from '../../../scripts/package/build.ts'
import { platformOfThisMachine } from '../../../scripts/package/platforms.ts'
import { Splunkd } from '../../standins/splunkd/index.ts'
import { SplunkWeb, type SplunkWebOptions } from '../../standins/splunkweb/splunk-web.ts'
import { fillTraffic } from '../../standins/tmes/scenario.ts'
import { TmesStandin } from '../../standins/tmes/tmes.ts'
import { startChromium, watch } from '../ground/chromium.ts'

export const appId = 'TA-mailtrail'
export const scheme = 'trendmicro_email'
/** What must be seen nowhere but in one place. */
export const plantedKey = 'planted-key-3f9d1c77'
export const records = 1_200

/** A vendor, a Splunk with the built package, and a browser whose administrator is signed in. */
export class SetupStage {
  readonly vendor: TmesStandin
  readonly splunkd: Splunkd
  readonly web: SplunkWeb
  readonly context: BrowserContext
  readonly page: Page
  /** What the page complained about on its console. */
  readonly complaints: readonly string[]
  readonly #browser: Browser

  private constructor(
    vendor: TmesStandin,
    splunkd: Splunkd,
    web: SplunkWeb,
    context: BrowserContext,
    page: Page,
    browser: Browser,
  ) {
    this.vendor = vendor
    this.splunkd = splunkd
    this.web = web
    this.context = context
    this.page = page
    this.complaints = watch(page)
    this.#browser = browser
  }

  static async open(options: SplunkWebOptions & { readonly width?: number } = {}): Promise<SetupStage> {
    const vendor = new TmesStandin({
      seed: 11,
      credentials: { username: 'collector@example.com', apiKey: plantedKey },
    })
    await vendor.start()
    fillTraffic(vendor, { hours: 20, records })
    const splunkd = await Splunkd.start()
    await splunkd.install(await buildPackage(platformOfThisMachine()))
    const web = await SplunkWeb.start(splunkd, options)
    const browser = await startChromium()
    const context = await browser.newContext({
      viewport: { width: options.width ?? 1280, height: 900 },
      reducedMotion: 'reduce',
    })
    await context.addCookies(web.signIn())
    context.setDefaultTimeout(20_000)
    return new SetupStage(vendor, splunkd, web, context, await context.newPage(), browser)
  }

  async close(): Promise<void> {
    await this.#browser.close()
    await this.web.stop()
    await this.splunkd.stop()
    await this.vendor.stop()
  }

  /** Opens the setup page and waits for its table, or for the sentence in its place. */
  async show(page = this.page, view = 'inputs'): Promise<void> {
    await page.goto(this.web.url(`/app/${appId}/${view}`))
    await page.getByRole('heading', { name: 'Inputs', level: 1 }).waitFor()
    await page.getByRole('table').or(page.getByText('There is no input yet')).waitFor()
  }

  /** Opens the form of a new input and fills in what it takes. */
  async fillIn(name: string, key: string, page = this.page): Promise<void> {
    await page.getByRole('button', { name: 'New Trend Micro Email Security input' }).click()
    await nameField(page).fill(name)
    await page.getByLabel('Base URL').fill(this.vendor.url)
    await page.getByRole('textbox', { name: 'User name', exact: true }).fill(this.vendor.credentials.username)
    await page.getByLabel('API key').fill(key)
  }

  async save(page = this.page): Promise<void> {
    await page.getByRole('button', { name: 'Save' }).click()
  }

  alert(page = this.page): Locator {
    return page.getByRole('alert')
  }

  row(name: string, page = this.page): Locator {
    return page.getByRole('row').filter({ hasText: name })
  }

  /** An input that an administrator created earlier, its secret stored. */
  plant(name: string, settings: Readonly<Record<string, string>> = {}, key = plantedKey): void {
    this.splunkd.passwords.add({
      realm: `${appId}:${scheme}`,
      username: `${name}:api_key`,
      password: key,
      app: appId,
    })
    this.splunkd.writeStanza(
      `${scheme}://${name}`,
      {
        base_url: this.vendor.url,
        username: this.vendor.credentials.username,
        api_key: '********',
        ...settings,
      },
      appId,
    )
  }

  /** The secret as it is stored now. */
  stored(name: string): string | undefined {
    return this.splunkd.passwords
      .seenFrom(appId)
      .find(({ realm, username }) => realm === `${appId}:${scheme}` && username === `${name}:api_key`)
      ?.password
  }

  /** A setting as inputs.conf has it. */
  setting(name: string, key: string): string | undefined {
    return this.splunkd.inputs.stanza(`${scheme}://${name}`).settings.get(key)
  }

  has(name: string): boolean {
    return this.splunkd.inputs.has(`${scheme}://${name}`)
  }
}

/** The field for the input's name. */
export const nameField = (page: Page): Locator => page.getByRole('textbox', { name: 'Name', exact: true })
