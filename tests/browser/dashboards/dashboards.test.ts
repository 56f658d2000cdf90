import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Delivered, readDashboards } from '../../dashboards/definition.ts'
import { inputs } from '../../dashboards/world/inputs.ts'
import { dayOfEvents, nothingYet } from '../../dashboards/world/world.ts'
import { countPanels, cutOffTexts, emptyPanels, tooWideTables, widthOfPanels } from './panels.ts'
import { DashboardStage } from './stage.ts'

/** How long the renderer may take on a busy machine, milliseconds. */
const patience = 30_000
const world = dayOfEvents()
const dashboards = readDashboards()
const pictures = join(import.meta.dirname, '..', '..', '..', 'docs', 'images')
/** Pictures are kept on demand: `KEEP_PICTURES=1 npm run browser`. Look at them before they are committed. */
const keeps = process.env.KEEP_PICTURES === '1'

const tenant = inputs.prod?.tenant ?? ''

/** What is looked for in the message trace. */
const tokens = { message: '*15*@sender.example' }

let stage: DashboardStage
beforeAll(async () => {
  stage = await DashboardStage.open()
})
afterAll(() => stage.close())

const named = (name: string): Delivered => {
  const found = dashboards.find((dashboard) => dashboard.name === name)
  if (!found) throw new Error(`no dashboard ${name}`)
  return found
}

const filled = async (panels: number): Promise<void> => {
  await expect.poll(() => countPanels(stage.page), { timeout: patience }).toBe(panels)
  await expect.poll(() => emptyPanels(stage.page), { timeout: patience }).toEqual([])
}

const panelsOf = ({ definition }: Delivered): number => Object.keys(definition.visualizations).length

describe.each(dashboards)('$label', (dashboard) => {
  it.each(['light', 'dark'] as const)(
    'is drawn with data in every panel, %s, narrow and wide',
    async (colorScheme) => {
      await stage.show(dashboard, world, { colorScheme, width: 1280 }, tokens)
      await filled(panelsOf(dashboard))
      expect(await cutOffTexts(stage.page)).toEqual([])
      expect(await tooWideTables(stage.page)).toEqual([])
      if (keeps) {
        mkdirSync(pictures, { recursive: true })
        const picture = `${dashboard.name.replace('mailtrail_', '')}-${colorScheme}.png`
        writeFileSync(join(pictures, picture), await stage.page.screenshot({ animations: 'disabled' }))
      }
      await stage.resize(dashboard.definition, 1920)
      await expect.poll(() => widthOfPanels(stage.page), { timeout: patience }).toBeGreaterThan(1800)
      await filled(panelsOf(dashboard))
      expect(await cutOffTexts(stage.page)).toEqual([])
      expect(await tooWideTables(stage.page)).toEqual([])
      expect(stage.complaints()).toEqual([])
    },
  )

  it('says so where nothing is there yet', async () => {
    await stage.show(dashboard, nothingYet, { colorScheme: 'light', width: 1280 }, tokens)
    const numbers = Object.values(dashboard.definition.visualizations).filter(
      ({ type }) => type === 'splunk.singlevalue',
    )
    await expect
      .poll(() => stage.page.getByText(/^No (?:search results returned|data!)$/).count(), {
        timeout: patience,
      })
      .toBe(panelsOf(dashboard) - numbers.length)
    expect(stage.complaints()).toEqual([])
  })
})

it('is held against Splunk’s schema: what does not belong into a definition is complained of', async () => {
  const wrong = structuredClone(named('mailtrail_health'))
  const [first = ''] = Object.keys(wrong.definition.visualizations)
  Object.assign(wrong.definition.visualizations[first] ?? {}, { colour: 'red' })
  await stage.show(wrong, world, { colorScheme: 'light', width: 1280 })
  await expect
    .poll(() => stage.complaints().join('\n'), { timeout: patience })
    .toContain(`/visualizations/${first}: must NOT have additional properties`)
})

it('shows one input alone once it is chosen', async () => {
  const health = named('mailtrail_health')
  await stage.show(health, world, { colorScheme: 'light', width: 1280 })
  await filled(panelsOf(health))
  const total = stage.page.locator('[data-id="total_inputs"] [data-test="majorValue"]')
  expect(await total.textContent()).toBe('4')
  await stage.page.locator('[data-input-id="input_input"] [data-test="select"]').click()
  await stage.page.getByRole('option', { name: 'app' }).click()
  await expect.poll(() => total.textContent(), { timeout: patience }).toBe('1')
  expect(stage.complaints()).toEqual([])
  await stage.reload()
})

it('shows one tenant alone once it is chosen, and takes it along to the health of an input', async () => {
  const completeness = named('mailtrail_completeness')
  await stage.show(completeness, world, { colorScheme: 'light', width: 1280 })
  await filled(panelsOf(completeness))
  await stage.page.locator('[data-input-id="input_tenant"] [data-test="select"]').click()
  await stage.page.getByRole('option', { name: tenant }).click()
  const tenants = rowsOf('summary').locator('[data-test="cell"]:first-child')
  await expect.poll(() => tenants.allTextContents(), { timeout: patience }).toEqual([tenant, tenant])
  const health = await openedFrom('missing_units')
  expect(health.searchParams.get('form.tenant')).toBe(tenant)
  expect(stage.complaints()).toEqual([])
  await stage.reload()
})

it('leads from a message that was convicted late to its trace', async () => {
  const threats = named('mailtrail_email_threats')
  await stage.show(threats, world, { colorScheme: 'light', width: 1280 })
  await filled(panelsOf(threats))
  const cells = rowsOf('convicted_later').first().locator('[data-test="cell"]')
  const message = (await cells.last().textContent()) ?? ''
  const trace = await openedFrom('convicted_later')
  expect(trace.pathname).toMatch(/\/mailtrail_message_trace$/)
  expect(trace.searchParams.get('form.message')).toBe(message)
  expect(stage.complaints()).toEqual([])
})

it('leads from an integrity failure to the events about it, and from a missing unit to the health of its input', async () => {
  const completeness = named('mailtrail_completeness')
  await stage.show(completeness, world, { colorScheme: 'light', width: 1280 })
  await filled(panelsOf(completeness))
  const record = (await rowsOf('failures').first().locator('[data-test="cell"]').last().textContent()) ?? ''
  const search = await openedFrom('failures')
  expect(search.pathname).toMatch(/\/TA-mailtrail\/search$/)
  expect(search.searchParams.get('q')).toBe(`search \`mailtrail_index\` "${record}"`)
  expect(search.searchParams.get('earliest')).toBe('-24h@h')
  const input = await rowsOf('missing_units').first().locator('[data-test="cell"]').first().textContent()
  const health = await openedFrom('missing_units')
  expect(health.pathname).toMatch(/\/mailtrail_health$/)
  expect(health.searchParams.get('form.input')).toBe(input)
  expect(health.searchParams.get('form.tenant')).toBe('*')
  expect(stage.complaints()).toEqual([])
})

it('narrows the trace down to the message that is clicked', async () => {
  const trace = named('mailtrail_message_trace')
  await stage.show(trace, world, { colorScheme: 'light', width: 1280 }, { message: '*@sender.example' })
  await filled(panelsOf(trace))
  expect(await rowsOf('messages').count()).toBeGreaterThan(1)
  await rowsOf('messages').nth(1).locator('[data-test="cell"]').first().click()
  await expect.poll(() => rowsOf('messages').count(), { timeout: patience }).toBe(1)
  expect(stage.complaints()).toEqual([])
})

/** The address that a click on the first row of a table opens. */
async function openedFrom(panel: string): Promise<URL> {
  const opened = stage.page.context().waitForEvent('page')
  await rowsOf(panel).first().locator('[data-test="cell"]').first().click()
  const page = await opened
  await page.waitForURL('**/app/TA-mailtrail/**')
  const address = new URL(page.url())
  await page.close()
  return address
}

const rowsOf = (panel: string) =>
  stage.page.locator(`[data-id="${panel}"] [data-test="body"] [data-test="row"]`)
