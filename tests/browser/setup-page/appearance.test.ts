import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Locator } from 'playwright-core'
import { afterEach, describe, expect, test } from 'vitest'
import { accessibilityProblems } from '../ground/accessibility.ts'
import { SetupStage, scheme } from './stage.ts'

const pictures = join(import.meta.dirname, '../../../build/pictures')
const documents = join(import.meta.dirname, '../../../docs/images')
const top = (height: number) => ({ clip: { x: 0, y: 0, width: 1280, height } })
/** How much of a view the documents show; the form is shown whole. */
const tops: Readonly<Record<string, object>> = {
  table: top(480),
  form: { fullPage: true },
  refused: top(480),
}

let stage: SetupStage
afterEach(() => stage.close())

async function open(options: Parameters<typeof SetupStage.open>[0]): Promise<SetupStage> {
  stage = await SetupStage.open(options)
  stage.plant('mail')
  stage.plant('quarantine', { disabled: '1' })
  await stage.splunkd.runToEnd(`${scheme}://mail`)
  stage.plant('mail without access', {}, 'a-wrong-key-5a5a5a')
  await stage.splunkd.runToEnd(`${scheme}://mail without access`)
  await stage.show()
  return stage
}

/** Kept to be looked at; those of the documents are written anew on demand, as those of the dashboards. */
async function picture(name: string): Promise<void> {
  mkdirSync(pictures, { recursive: true })
  const path = join(pictures, `setup-page-${name}.png`)
  await stage.page.screenshot({ path, fullPage: true })
  const document = /^(?<view>.+)-light-1280$/.exec(name)?.groups?.view
  if (process.env.KEEP_PICTURES === '1' && document !== undefined && document !== 'delete')
    await stage.page.screenshot({ path: join(documents, `inputs-${document}.png`), ...tops[document] })
}

/** A dialog fades in: until it has, what stands in it is pale. */
const opacityOf = (shown: Locator): Promise<number> =>
  shown.evaluate((element) => {
    let opacity = 1
    for (let at: Element | null = element; at !== null; at = at.parentElement)
      opacity *= Number(getComputedStyle(at).opacity)
    return opacity
  })

describe.each([
  { theme: 'light', width: 1280 },
  { theme: 'dark', width: 1280 },
  { theme: 'light', width: 800 },
] as const)('$theme, $width pixels wide', ({ theme, width }) => {
  test('the table tells how each input does, and the page does not scroll sideways', async () => {
    const { page, complaints } = await open({ theme, width })
    await stage.row('mail without access').getByText('Failing').waitFor()
    expect(await stage.row('mail without access').textContent()).toMatch(/401.*Check username .* and api_key/)
    expect(await stage.row('quarantine').textContent()).toContain('Disabled')
    const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    const [red = 0] = (ground.match(/\d+/g) ?? []).map(Number)
    expect(theme === 'dark' ? red < 60 : red > 200).toBe(true)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
    expect(await accessibilityProblems(page)).toEqual([])
    await picture(`table-${theme}-${width}`)
    await page.getByRole('button', { name: 'New Cisco' }).click()
    await page.getByRole('button', { name: 'Save' }).click()
    await stage.alert().waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    await picture(`form-${theme}-${width}`)
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('button', { name: 'Edit mail without access' }).click()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('list', { name: 'Steps of the check' }).waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    await picture(`refused-${theme}-${width}`)
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('button', { name: 'Delete quarantine' }).click()
    await page.getByRole('dialog').waitFor()
    await expect.poll(() => opacityOf(page.getByRole('dialog')), { timeout: 20_000 }).toBe(1)
    expect(await accessibilityProblems(page)).toEqual([])
    await picture(`delete-${theme}-${width}`)
    expect(complaints.filter((each) => !/status of 400/.test(each))).toEqual([])
  })
})

test('everything can be done with the keyboard: a field that is wrong is announced and reached', async () => {
  const { page } = await open({})
  await page.getByRole('button', { name: 'Edit mail', exact: true }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: /^mail/ }).waitFor()
  expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1')
  const lag = page.getByRole('textbox', { name: 'Lag (seconds)' })
  await lag.focus()
  await page.keyboard.press('Control+A')
  await page.keyboard.type('never')
  await page.keyboard.press('Enter')
  await stage.alert().waitFor()
  expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('alert')
  expect(await lag.getAttribute('aria-invalid')).toBe('true')
  const described = (await lag.getAttribute('aria-describedby')) ?? ''
  const words = await Promise.all(
    described.split(' ').map((id) => page.locator(`[id="${id}"]`).textContent()),
  )
  expect(words.join(' ')).toContain('must be a whole number from 0 to 3600')
})

test('every form can be used without seeing it', async () => {
  const { page } = await open({})
  for (const title of ['Cisco', 'Pangea', 'Trend Micro']) {
    await page.getByRole('button', { name: `New ${title}` }).click()
    await page.getByRole('heading', { level: 1, name: 'New input' }).waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    await page.getByRole('button', { name: 'Cancel' }).click()
  }
})

test('before 10.4 the same page stands in a Simple XML dashboard', async () => {
  stage = await SetupStage.open({ version: '9.4.3' })
  stage.plant('mail')
  await stage.show(stage.page, 'inputs_classic')
  await stage.page.getByRole('button', { name: 'Edit mail' }).waitFor()
  expect(await stage.page.getByRole('link').count()).toBe(0)
  expect(stage.complaints).toEqual([])
})

test('since 10.4 that dashboard leads to the page', async () => {
  stage = await SetupStage.open({})
  const { page } = stage
  await page.goto(stage.web.url('/app/TA-mailtrail/inputs_classic'))
  await page.getByRole('link', { name: 'Open the inputs' }).click()
  await page.getByRole('heading', { name: 'Inputs', level: 1 }).waitFor()
  expect(new URL(page.url()).pathname).toMatch(/\/inputs$/)
  expect(stage.complaints).toEqual([])
})
