import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import {
  answerLost,
  connectionReset,
  forbidden,
  inputRequests,
  kvInitializing,
  kvRequests,
  only,
  passwordRequests,
  serverError,
  slow,
} from '../../standins/splunkd/index.ts'
import { plantedKey, SetupStage } from './stage.ts'

let stage: SetupStage

beforeAll(async () => {
  stage = await SetupStage.open()
  stage.plant('mail')
  stage.plant('audit')
})
afterAll(() => stage.close())
afterEach(() => stage.splunkd.faults.clear())

/** Opens the form of an input in a tab. */
async function edit(name: string, page = stage.page): Promise<void> {
  await stage.show(page)
  await page.getByRole('button', { name: `Edit ${name}` }).click()
}

test('two tabs: the second to save is told what the first changed, and overwrites nothing unasked', async () => {
  const { page } = stage
  const other = await stage.context.newPage()
  await edit('mail')
  await edit('mail', other)
  await other.getByLabel('Overlap (minutes)').fill('30')
  await stage.save(other)
  await other.getByText('mail is saved').waitFor()

  await page.getByLabel('Domain').fill('example.com')
  await stage.save()
  await stage.alert().filter({ hasText: 'changed elsewhere' }).waitFor()
  expect(await stage.alert().textContent()).toContain('Overlap (minutes)')
  expect(stage.setting('mail', 'domain')).toBeUndefined()
  await stage.save()
  await page.getByText('mail is saved').waitFor()
  expect(stage.setting('mail', 'domain')).toBe('example.com')
  expect(stage.setting('mail', 'overlap_minutes')).toBe('30')
  await other.close()
})

test('two tabs: an input that the other deleted cannot be saved', async () => {
  const other = await stage.context.newPage()
  stage.plant('short-lived')
  await edit('short-lived')
  await stage.show(other)
  await other.getByRole('button', { name: 'Delete short-lived' }).click()
  await other.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await other.getByText('short-lived is deleted.').waitFor()
  await stage.save()
  await stage.alert().filter({ hasText: 'deleted elsewhere' }).waitFor()
  expect(stage.has('short-lived')).toBe(false)
  await other.close()
})

test('a slow splunkd: the form says what it waits for, and saves once', async () => {
  const { page } = stage
  await edit('mail')
  stage.splunkd.faults.next(only('POST', inputRequests), slow(1_500))
  const before = stage.web.requests.length
  await page.getByLabel('Lag (seconds)').fill('90')
  await stage.save()
  await page.getByText('Checking the settings and asking the vendor').waitFor()
  expect(await page.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true)
  await page.getByText('mail is saved').waitFor()
  const posts = stage.web.requests
    .slice(before)
    .filter(({ method, target }) => method === 'POST' && target.includes('/data/inputs/'))
  expect(posts).toHaveLength(1)
  expect(stage.setting('mail', 'lag_seconds')).toBe('90')
})

test('to save what is not changed has it checked again', async () => {
  const { page } = stage
  await edit('mail')
  stage.vendor.settings.logRetrieval = false
  await stage.save()
  await stage.alert().filter({ hasText: 'Log Retrieval' }).waitFor()
  stage.vendor.settings.logRetrieval = true
  await stage.save()
  await page.getByText('mail is saved').waitFor()
})

test('a failing splunkd: the form stays as it was typed, and the old secret is back in its place', async () => {
  const { page } = stage
  await edit('mail')
  stage.splunkd.faults.next(only('POST', inputRequests), serverError)
  await page.getByLabel('API key').fill('new-key-0a0a0a')
  await page.getByLabel('Domain').fill('example.org')
  await stage.save()
  await stage.alert().filter({ hasText: 'status 500' }).waitFor()
  expect(await page.getByLabel('API key').inputValue()).toBe('new-key-0a0a0a')
  expect(await page.getByLabel('Domain').inputValue()).toBe('example.org')
  expect(stage.stored('mail')).toBe(plantedKey)
  expect(stage.setting('mail', 'domain')).toBe('example.com')
})

test('a lost connection before the request arrives is told, and takes the secret back', async () => {
  const { page } = stage
  await edit('mail')
  stage.splunkd.faults.next(only('POST', inputRequests), connectionReset, 5)
  await page.getByLabel('API key').fill('new-key-0a0a0a')
  await stage.save()
  await stage.alert().filter({ hasText: 'did not answer' }).waitFor()
  expect(stage.stored('mail')).toBe(plantedKey)
})

test('a lost answer after the input was created is found out', async () => {
  const { page } = stage
  await stage.show()
  await stage.fillIn('found', plantedKey)
  stage.splunkd.faults.next(only('POST', inputRequests), answerLost)
  await stage.save()
  await page.getByText('found is saved').waitFor()
  expect(stage.stored('found')).toBe(plantedKey)
})

test('a session that ended: sign in elsewhere, and save what was typed', async () => {
  const { page } = stage
  await edit('audit')
  await page.getByLabel('Domain').fill('example.net')
  stage.web.signOut()
  await stage.save()
  await stage.alert().filter({ hasText: 'Sign in' }).waitFor()
  await stage.context.addCookies(stage.web.signIn())
  await stage.save()
  await page.getByText('audit is saved').waitFor()
  expect(stage.setting('audit', 'domain')).toBe('example.net')
})

test('without the right to store secrets, the page names it and creates nothing', async () => {
  await stage.show()
  await stage.fillIn('refused', plantedKey)
  stage.splunkd.faults.always(only('POST', passwordRequests), forbidden)
  await stage.save()
  await stage.alert().filter({ hasText: 'edit_storage_passwords' }).waitFor()
  expect(stage.has('refused')).toBe(false)
})

test('a secret that may not be read back is not lost silently', async () => {
  const { page } = stage
  stage.splunkd.passwords.masked = true
  await edit('audit')
  await page.getByLabel('API key').fill('a-wrong-key-5a5a5a')
  await stage.save()
  await stage.alert().filter({ hasText: 'cannot be brought back' }).waitFor()
  stage.splunkd.passwords.masked = false
})

test('without the KV store the inputs are shown all the same', async () => {
  const { page } = stage
  stage.splunkd.faults.always(kvRequests(), kvInitializing)
  await stage.show()
  await page.getByRole('button', { name: 'Edit mail' }).waitFor()
  await stage.alert().filter({ hasText: 'KV Store is initializing' }).waitFor()
})

test('a request without the form key changes nothing', async () => {
  const { page } = stage
  await stage.show()
  const status = await page.evaluate(async () => {
    const path =
      '/en-US/splunkd/__raw/servicesNS/nobody/TA-mailtrail/data/inputs/trendmicro_email/mail/disable'
    return (await fetch(path, { method: 'POST' })).status
  })
  expect(status).toBe(403)
  expect(stage.setting('mail', 'disabled') ?? '0').toBe('0')
})
