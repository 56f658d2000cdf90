import { existsSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'

const executables = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** Without a window, a sandbox (containers have none) and anything that talks to the network by itself. */
const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/**
 * Starts the Chromium of the system, or the one that `CHROMIUM` names, with a new and empty profile.
 * One at a time: the tests of this workspace run one file after the other.
 */
export async function startChromium(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM ?? executables.find((path) => existsSync(path))
  if (executablePath === undefined) {
    throw new Error(`There is no Chromium at ${executables.join(', ')}; install it, or name it in CHROMIUM.`)
  }
  return chromium.launch({ executablePath, args: flags })
}

/** What a page complained about: errors of its console, exceptions nobody caught, requests that failed. */
export function watch(page: Page): readonly string[] {
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()}`)
  })
  page.on('pageerror', (error) => complaints.push(`exception: ${error.message}`))
  page.on('requestfailed', (request) => {
    // A search that is not needed any more is given up on purpose.
    const why = request.failure()?.errorText ?? 'failed'
    if (why !== 'net::ERR_ABORTED') complaints.push(`request: ${request.url()} ${why}`)
  })
  return complaints
}
