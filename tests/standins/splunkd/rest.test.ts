import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { call } from './client.ts'
import { fakeApp } from './fake-app.ts'
import {
  answerLost,
  connectionReset,
  corrupted,
  forbidden,
  KvStore,
  kvInitializing,
  kvRequests,
  kvWrites,
  passwordRequests,
  Splunkd,
  unauthenticated,
} from './index.ts'

let splunkd: Splunkd

beforeEach(async () => {
  splunkd = await Splunkd.start()
  await splunkd.install(fakeApp(splunkd.home))
})
afterEach(() => splunkd.stop())

const DATA = '/servicesNS/nobody/TA-fake/storage/collections/data/fake_state'
const PASSWORDS = '/servicesNS/nobody/TA-fake/storage/passwords'
const json = (path: string): string => `${path}${path.includes('?') ? '&' : '?'}output_mode=json`

describe('authentication', () => {
  test('knows its own keys, the administrator, and nobody else', async () => {
    const key = splunkd.sessions.issue()
    const context = '/services/authentication/current-context?output_mode=json'
    const as = (authorization: string | null) => call(splunkd, 'GET', context, { authorization })
    expect((await as(`Splunk ${key}`)).json()).toMatchObject({
      entry: [{ content: { username: 'splunk-system-user' } }],
    })
    expect((await as(`Bearer ${key}`)).status).toBe(200)
    expect((await as(`Basic ${Buffer.from('admin:changeme').toString('base64')}`)).status).toBe(200)
    const unknown = await as('Splunk nonsense')
    expect([unknown.status, unknown.json()]).toEqual([
      401,
      { messages: [{ type: 'WARN', text: 'call not properly authenticated' }] },
    ])
    expect((await as(null)).headers['www-authenticate']).toBe('Basic realm="/splunk"')
    splunkd.sessions.revoke(key)
    expect((await as(`Splunk ${key}`)).status).toBe(401)
    expect((await as(`Splunk ${splunkd.sessions.issue('admin', 0)}`)).status).toBe(401)
  })

  test('lets the administrator in by name and password', async () => {
    const login = (password: string) =>
      call(splunkd, 'POST', '/services/auth/login?output_mode=json', {
        authorization: null,
        form: { username: 'admin', password },
      })
    expect((await login('changeme')).json()).toHaveProperty('sessionKey')
    expect((await login('wrong')).status).toBe(401)
  })
})

describe('KV store', () => {
  test('inserts once, replaces what is there, and nothing else', async () => {
    const document = { _key: 'a/b', state: '{"n":1}' }
    expect((await call(splunkd, 'POST', DATA, { json: document })).status).toBe(201)
    const again = await call(splunkd, 'POST', json(DATA), { json: document })
    expect([again.status, again.json()]).toEqual([
      409,
      { messages: [{ type: 'ERROR', text: 'A document with the same key and user already exists.' }] },
    ])
    expect((await call(splunkd, 'POST', `${DATA}/a%2Fb`, { json: { n: 2 } })).json()).toEqual({ _key: 'a/b' })
    expect((await call(splunkd, 'GET', `${DATA}/a%2Fb`)).json()).toEqual({
      _key: 'a/b',
      _user: 'nobody',
      n: 2,
    })
    expect((await call(splunkd, 'POST', `${DATA}/other`, { json: { n: 2 } })).status).toBe(404)
    expect((await call(splunkd, 'DELETE', `${DATA}/a%2Fb`)).status).toBe(200)
    const gone = await call(splunkd, 'GET', `${DATA}/a%2Fb`)
    expect(gone.status).toBe(404)
    expect(gone.text).toContain('<msg type="ERROR">Could not find object id=a/b</msg>')
  })

  test('refuses what the real one refuses', async () => {
    const missing = DATA.replace('fake_state', 'undeclared')
    expect((await call(splunkd, 'GET', missing)).status).toBe(404)
    expect((await call(splunkd, 'POST', DATA, { json: { n: 'text' } })).status).toBe(400)
    expect((await call(splunkd, 'POST', DATA, { json: { 'a.b': 1 } })).status).toBe(400)
    expect((await call(splunkd, 'POST', DATA, { form: { n: '1' } })).status).toBe(415)
    expect(
      (await call(splunkd, 'GET', `${DATA}?query=${encodeURIComponent('{"n":{"$near":1}}')}`)).status,
    ).toBe(400)
    const tooMany = Array.from({ length: 1001 }, (_, n) => ({ n }))
    const batch = await call(splunkd, 'POST', `${DATA}/batch_save`, { json: tooMany })
    expect([batch.status, batch.text]).toEqual([
      400,
      expect.stringContaining('max_documents_per_batch_save=1000'),
    ])
    expect(splunkd.kv.collection('TA-fake', 'fake_state').size).toBe(0)
  })

  test('finds, sorts, pages and projects', async () => {
    const documents = Array.from({ length: 6 }, (_, n) => ({
      _key: `k${n}`,
      n,
      state: n % 2 ? 'odd' : 'even',
    }))
    const saved = await call(splunkd, 'POST', `${DATA}/batch_save`, { json: documents })
    expect(saved.json()).toEqual(['k0', 'k1', 'k2', 'k3', 'k4', 'k5'])
    const keys = async (query: unknown, rest = ''): Promise<unknown> => {
      const answer = await call(
        splunkd,
        'GET',
        `${DATA}?query=${encodeURIComponent(JSON.stringify(query))}${rest}`,
      )
      return answer.json()
    }
    const fields = '&fields=_key&sort=n:-1'
    expect(await keys({ n: { $gte: 2, $lt: 5 }, state: 'even' }, fields)).toEqual([
      { _key: 'k4' },
      { _key: 'k2' },
    ])
    expect(await keys({ $or: [{ n: 0 }, { n: { $gt: 4 } }] }, fields)).toEqual([
      { _key: 'k5' },
      { _key: 'k0' },
    ])
    expect(
      await keys({ $and: [{ n: { $ne: 5 } }, { $not: { state: 'even' } }] }, `${fields}&skip=1&limit=1`),
    ).toEqual([{ _key: 'k1' }])
    const found = await call(splunkd, 'POST', `${DATA}/batch_find`, {
      json: [{ query: { n: 1 } }, { query: { n: 9 } }],
    })
    expect(found.json()).toEqual([[{ _key: 'k1', _user: 'nobody', n: 1, state: 'odd' }], []])
    await call(splunkd, 'DELETE', `${DATA}?query=${encodeURIComponent('{"state":"odd"}')}`)
    expect(splunkd.kv.collection('TA-fake', 'fake_state').size).toBe(3)
  })

  test('is the same for two heads that share it', async () => {
    const kv = new KvStore()
    const heads = await Promise.all([Splunkd.start({ kv }), Splunkd.start({ kv })])
    const [first, second] = heads
    await first.install(fakeApp(first.home))
    await call(first, 'POST', DATA, { json: { _key: 'x', n: 1 } })
    expect((await call(second, 'GET', `${DATA}/x`)).status).toBe(200)
    await Promise.all(heads.map((head) => head.stop()))
  })
})

describe('storage/passwords', () => {
  test('creates, refuses a second one, changes and removes', async () => {
    const form = { name: 'in:put', password: 'p', realm: 'TA\\x' }
    const name = 'TA\\\\x:in\\:put:'
    const created = await call(splunkd, 'POST', json(PASSWORDS), { form })
    expect([created.status, created.json()]).toMatchObject([
      201,
      { entry: [{ name, content: { clear_password: 'p' } }] },
    ])
    expect((await call(splunkd, 'POST', PASSWORDS, { form })).status).toBe(409)
    const entity = `${PASSWORDS}/${encodeURIComponent(name)}`
    expect((await call(splunkd, 'POST', entity, { form: { password: 'q', name: 'x' } })).status).toBe(400)
    expect((await call(splunkd, 'POST', json(entity), { form: { password: 'q' } })).json()).toMatchObject({
      entry: [{ content: { clear_password: 'q' } }],
    })
    splunkd.passwords.masked = true
    expect((await call(splunkd, 'GET', json(entity))).json()).toMatchObject({
      entry: [{ content: { clear_password: '********' } }],
    })
    expect((await call(splunkd, 'DELETE', entity)).status).toBe(200)
    expect((await call(splunkd, 'GET', entity)).status).toBe(404)
    expect((await call(splunkd, 'POST', PASSWORDS.replace('nobody', '-'), { form })).status).toBe(400)
  })

  test('lists 30 at a time, those of other apps only when shared', async () => {
    for (let n = 0; n < 40; n += 1) {
      splunkd.passwords.add({
        app: 'TA-fake',
        realm: n % 2 ? 'odd' : 'even',
        username: `u${n}`,
        password: 'p',
      })
    }
    splunkd.passwords.add({ app: 'other', realm: 'even', username: 'hidden', password: 'p' })
    splunkd.passwords.add({ app: 'other', realm: 'even', username: 'seen', password: 'p', sharing: 'global' })
    const count = async (query: string): Promise<number> => {
      const answer = await call(splunkd, 'GET', json(`${PASSWORDS}?${query}`))
      return (answer.json() as { entry: unknown[] }).entry.length
    }
    expect(await count('')).toBe(30)
    expect(await count('offset=30')).toBe(11)
    expect(await count('count=-1')).toBe(41)
    expect(await count('count=-1&search=realm%3Deven')).toBe(21)
  })
})

describe('faults', () => {
  const insert = (key: string) => call(splunkd, 'POST', json(DATA), { json: { _key: key } })

  test('refuse, reset, or lose the answer of what was saved', async () => {
    splunkd.faults.next(kvWrites('fake_state'), kvInitializing, 2)
    expect((await insert('a')).json()).toEqual({
      messages: [{ type: 'ERROR', text: 'KV Store is initializing. Please try again later.' }],
    })
    expect((await insert('a')).status).toBe(503)
    expect((await insert('a')).status).toBe(201)
    splunkd.faults.next(kvWrites(), connectionReset)
    await expect(insert('b')).rejects.toThrow(/hang up|ECONNRESET/)
    expect((await insert('b')).status).toBe(201)
    splunkd.faults.next(kvWrites(), answerLost)
    await expect(insert('c')).rejects.toThrow(/hang up|ECONNRESET/)
    expect((await insert('c')).status).toBe(409)
    expect(splunkd.requests.map(({ status, applied }) => [status, applied])).toEqual([
      [503, false],
      [503, false],
      [201, true],
      [0, false],
      [201, true],
      [0, true],
      [409, false],
    ])
    expect(splunkd.requests[0]).toMatchObject({ method: 'POST', path: DATA, body: '{"_key":"a"}' })
  })

  test('tell the test the moments before and after a request is applied', async () => {
    const collection = splunkd.kv.collection('TA-fake', 'fake_state')
    const seen: unknown[] = []
    splunkd.faults.onRequest = (request) =>
      kvWrites()(request)
        ? { before: () => void seen.push(collection.size), after: () => void seen.push(collection.size) }
        : undefined
    await insert('a')
    expect(seen).toEqual([0, 1])
  })

  test('start after some requests, corrupt answers, deny permissions, wipe, and end', async () => {
    await insert('a')
    const stop = splunkd.faults.after(1, kvRequests(), unauthenticated)
    expect((await call(splunkd, 'GET', DATA)).status).toBe(200)
    expect((await call(splunkd, 'GET', DATA)).status).toBe(401)
    stop()
    splunkd.faults.next(
      kvRequests(),
      corrupted(() => ({ nonsense: true })),
    )
    expect((await call(splunkd, 'GET', DATA)).json()).toEqual({ nonsense: true })
    splunkd.faults.always(passwordRequests, forbidden)
    expect((await call(splunkd, 'GET', PASSWORDS)).status).toBe(403)
    splunkd.kv.status = 'starting'
    expect((await call(splunkd, 'GET', DATA)).status).toBe(503)
    splunkd.kv.status = 'ready'
    splunkd.kv.wipe()
    expect((await call(splunkd, 'GET', DATA)).json()).toEqual([])
  })
})
