import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { nameField, plantedKey, records, SetupStage } from './stage.ts'

let stage: SetupStage

beforeAll(async () => {
  stage = await SetupStage.open()
  stage.splunkd.startInputs()
})
afterAll(() => stage.close())

test('a wrong key is refused with the reason, and nothing is left of it', async () => {
  await stage.show()
  await stage.fillIn('mail', 'a-wrong-key-5a5a5a')
  await stage.save()
  await stage.alert().filter({ hasText: /key/i }).waitFor()
  expect(await stage.alert().textContent()).toMatch(/401.*Check username .* and api_key/)
  expect(await stage.alert().textContent()).not.toContain('a-wrong-key-5a5a5a')
  expect(stage.has('mail')).toBe(false)
  expect(stage.stored('mail')).toBeUndefined()
})

test('the steps of the check are shown, up to the one that failed', async () => {
  const steps = stage.alert().getByRole('list', { name: 'Steps of the check' }).getByRole('listitem')
  const words = await steps.allTextContents()
  expect(words.slice(0, -1).map((each) => /^✓Went well: ([^:]+): ./.exec(each)?.[1])).toEqual([
    'parameters',
    'name resolution',
    'connection',
  ])
  expect(words.at(-1)).toMatch(/^✗Failed: .*401/)
})

test('what was typed stays, and saves once the key is right', async () => {
  const { page } = stage
  expect(await nameField(page).inputValue()).toBe('mail')
  expect(await page.getByLabel('Base URL').inputValue()).toBe(stage.vendor.url)
  await page.getByLabel('API key').fill(plantedKey)
  await stage.save()
  expect(await page.getByRole('status').getByText('mail is saved').textContent()).toContain(
    'went well: parameters, name resolution, connection, credentials, logs of each log type.',
  )
  expect(stage.setting('mail', 'api_key')).toBe('********')
  expect(stage.stored('mail')).toBe(plantedKey)
})

test('records arrive, and the table says so', async () => {
  const { page } = stage
  await expect.poll(() => stage.splunkd.events.total, { timeout: 30_000 }).toBe(records)
  await expect
    .poll(
      async () => {
        await page.getByRole('button', { name: 'Refresh' }).click()
        return stage.row('mail').textContent()
      },
      { timeout: 15_000, interval: 500 },
    )
    .toMatch(/Working.*s ago.*1,200.*still open/s)
})

test('an input of the same name is not created a second time, and its secret is left alone', async () => {
  const { page } = stage
  await stage.fillIn('mail', 'another-key-77aa77')
  await stage.save()
  await stage.alert().filter({ hasText: 'already' }).waitFor()
  expect(stage.stored('mail')).toBe(plantedKey)
  await page.getByRole('button', { name: 'Cancel' }).click()
})

test('the key is rotated: a wrong one leaves the old in place, a right one takes it', async () => {
  const { page } = stage
  await page.getByRole('button', { name: 'Edit mail' }).click()
  expect(await page.getByLabel('API key').inputValue()).toBe('')
  await page.getByLabel('API key').fill('a-wrong-key-5a5a5a')
  await stage.save()
  await stage.alert().waitFor()
  expect(stage.stored('mail')).toBe(plantedKey)

  Object.assign(stage.vendor.credentials, { apiKey: `${plantedKey}-2` })
  await page.getByLabel('API key').fill(`${plantedKey}-2`)
  await stage.save()
  await page.getByText('mail is saved').waitFor()
  expect(stage.stored('mail')).toBe(`${plantedKey}-2`)
})

test('an input is switched off and on again', async () => {
  const { page } = stage
  await page.getByRole('switch', { name: 'Enable mail' }).click()
  await page.getByText('mail is disabled.').waitFor()
  expect(stage.setting('mail', 'disabled')).toBe('1')
  await page.getByRole('switch', { name: 'Enable mail' }).click()
  await page.getByText('mail is enabled.').waitFor()
  expect(stage.setting('mail', 'disabled')).toBe('0')
})

test('a clone has the settings, not the secret', async () => {
  const { page } = stage
  await page.getByRole('button', { name: 'Clone mail' }).click()
  expect(await page.getByLabel('Base URL').inputValue()).toBe(stage.vendor.url)
  await nameField(page).fill('mail two')
  await stage.save()
  await page.getByText('API key is missing').waitFor()
  await page.getByLabel('API key').fill(`${plantedKey}-2`)
  await page.getByLabel('Domain').fill('example.com')
  await stage.save()
  await page.getByText('mail two is saved').waitFor()
  expect(stage.setting('mail two', 'domain')).toBe('example.com')
  expect(stage.stored('mail two')).toBe(`${plantedKey}-2`)
})

test('an input is deleted with its secret, after a question', async () => {
  const { page } = stage
  await page.getByRole('button', { name: 'Delete mail two' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
  expect(stage.has('mail two')).toBe(true)
  await page.getByRole('button', { name: 'Delete mail two' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await page.getByText('mail two is deleted.').waitFor()
  expect(stage.has('mail two')).toBe(false)
  expect(stage.stored('mail two')).toBeUndefined()
})

test('secrets went to storage/passwords and nowhere else', () => {
  const carriers = stage.web.requests.filter(({ target, body }) =>
    /planted-key|wrong-key|another-key/.test(decodeURIComponent(target + body.replaceAll('+', ' '))),
  )
  expect(carriers.length).toBeGreaterThan(3)
  expect(
    carriers.map(({ method, target }) => `${method} ${target.replace(/[/?].*?passwords.*/, '')}`),
  ).toEqual(carriers.map(() => 'POST '))
  for (const { target } of carriers)
    expect(target).toMatch(/^\/servicesNS\/nobody\/TA-mailtrail\/storage\/passwords/)
  expect(filesWith('planted-key')).toEqual([])
})

test('the page had nothing to complain about', () => {
  expect(stage.complaints.filter((each) => !/status of (?:400|404|409)/.test(each))).toEqual([])
})

/** Files below Splunk's home that hold a text. */
function filesWith(text: string): string[] {
  return readdirSync(stage.splunkd.home, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('node'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => readFileSync(file, 'latin1').includes(text))
}
