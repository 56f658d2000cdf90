import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { call } from './client.ts'
import { type FakeScripts, fakeApp } from './fake-app.ts'
import { Splunkd, type SplunkdOptions } from './index.ts'

const INPUTS = '/servicesNS/nobody/TA-fake/data/inputs/fake'
const event = (data: string): string =>
  `<event stanza="fake://one" unbroken="1"><time>1.5</time><sourcetype>fake:big</sourcetype><data>${data}</data></event>`

let splunkd: Splunkd | undefined

async function started(scripts: FakeScripts, options?: SplunkdOptions): Promise<Splunkd> {
  splunkd = await Splunkd.start(options)
  await splunkd.install(fakeApp(splunkd.home, scripts))
  splunkd.writeStanza('fake://one', { token: 'a<b&"c' }, 'TA-fake')
  return splunkd
}

afterEach(() => splunkd?.stop())

test('a run gets splunkd’s document and environment, and its events and stderr are kept', async () => {
  const here = await started({
    run: `printf '<stream>${event('one')}${event('x'.repeat(60))}</stream>'
printf '%s' "$document" > "$SPLUNK_HOME/document"; env > "$SPLUNK_HOME/env"; pwd > "$SPLUNK_HOME/pwd"
command -v node > "$SPLUNK_HOME/node"
echo 'WARN careful' >&2; echo 'oops' >&2; exit 2`,
  })
  const result = await here.runOnce('fake://one')
  expect(result).toMatchObject({
    exitCode: 2,
    signal: null,
    stderr: ['WARN careful', 'oops'],
    events: 2,
    closed: true,
  })
  expect(here.events.events.map((each) => [each.time, each.sourcetype, each.data.length])).toEqual([
    ['1.5', 'fake:big', 3],
    ['1.5', 'fake:big', 50],
  ])
  expect(here.events.truncations).toEqual([{ sourcetype: 'fake:big', bytes: 60, limit: 50 }])
  expect(here.log.lines.map(({ level, message }) => [level, message])).toEqual([
    ['WARN', 'careful'],
    ['ERROR', 'oops'],
  ])
  const file = (name: string): string => readFileSync(join(here.home, name), 'utf8')
  expect(
    file('document').replace(/<session_key>.*</, '<session_key>KEY<'),
  ).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<input>
  <server_host>splunk.example.com</server_host>
  <server_uri>${here.uri}</server_uri>
  <session_key>KEY</session_key>
  <checkpoint_dir>${here.home}/var/lib/splunk/modinputs/fake</checkpoint_dir>
  <configuration>
    <stanza name="fake://one" app="TA-fake">
      <param name="host">$decideOnStartup</param>
      <param name="index">default</param>
      <param name="interval">300</param>
      <param name="start_by_shell">false</param>
      <param name="token">a&lt;b&amp;&quot;c</param>
    </stanza>
  </configuration>
</input>
`)
  expect(file('pwd')).toBe('/\n')
  expect(file('node')).toBe('')
  expect(file('env')).toMatch(/^LD_LIBRARY_PATH=/m)
})

test('a stalled reader fills the pipe at 64 KB', async () => {
  const here = await started({
    run: `printf '<stream>'; i=0
while [ $i -lt 40 ]; do printf '%s' '${event('x'.repeat(9_000))}'; i=$((i+1)); echo $i > "$SPLUNK_HOME/written"; done
printf '</stream>'`,
  })
  const run = here.startRun('fake://one', { pauseAfterBytes: 0 })
  const written = (): number =>
    Number(existsSync(join(here.home, 'written')) ? readFileSync(join(here.home, 'written'), 'utf8') : 0)
  await expect.poll(written, { timeout: 5000 }).toBeGreaterThanOrEqual(7)
  expect(written()).toBeLessThan(20)
  run.resume()
  expect(await run.finished).toMatchObject({ exitCode: 0, events: 40 })
})

test('kill -9 in the middle keeps the whole events; a closed pipe ends the writer', async () => {
  const here = await started({
    run: `printf '<stream>'; while true; do printf '%s' '${event('y'.repeat(1000))}' || exit 3; done`,
  })
  const killed = await here.runOnce('fake://one', { killAfterBytes: 5000 })
  expect(killed).toMatchObject({ exitCode: null, signal: 'SIGKILL', closed: false, violation: undefined })
  expect(killed.events).toBeGreaterThanOrEqual(4)
  expect(here.events.total).toBe(killed.events)
  const closed = await here.runOnce('fake://one', { closeAfterBytes: 5000 })
  expect([closed.exitCode, closed.signal]).not.toEqual([0, null])
})

test('with start_by_shell a stop reaches the shell only, and what it leaves is ended', async () => {
  const here = await started({ run: `echo started >&2; sleep 60 & wait` })
  const run = here.startRun('fake://one', { startByShell: true })
  await expect.poll(() => run.stderr).toEqual(['started'])
  expect(await run.stop(500)).toMatchObject({ signal: 'SIGTERM', leftProcesses: true })
})

test('an input that ignores SIGTERM is killed after the grace', async () => {
  const here = await started({ run: `trap '' TERM; echo ready >&2; while :; do sleep 0.05; done` })
  const run = here.startRun('fake://one')
  await expect.poll(() => run.stderr).toEqual(['ready'])
  expect(await run.stop(200)).toMatchObject({ signal: 'SIGKILL' })
})

test('inputs are created, edited, switched and removed by REST, with the input’s own validation', async () => {
  const here = await started({
    validate: `case "$document" in *bad*) printf '<error><message>token &amp; co are wrong</message></error>'; exit 1 ;; esac`,
  })
  const create = (form: Record<string, string>) => call(here, 'POST', `${INPUTS}?output_mode=json`, { form })
  const text = async (answer: ReturnType<typeof create>): Promise<unknown> => {
    const { status, json } = await answer
    const body = json() as { messages: { text: string }[] }
    return [status, body.messages[0]?.text]
  }
  expect(await text(create({ name: 'x' }))).toEqual([
    400,
    'The following required arguments are missing: token.',
  ])
  expect(await text(create({ name: 'x', token: 't', colour: 'red' }))).toEqual([
    400,
    'Argument "colour" is not supported by this endpoint.',
  ])
  expect(await text(create({ name: 'x', token: 'bad' }))).toEqual([
    400,
    'Argument validation for scheme=fake: token & co are wrong',
  ])
  const name = 'a b/c:ü?'
  expect((await create({ name, token: 't' })).status).toBe(201)
  expect((await create({ name, token: 't' })).status).toBe(409)
  const entity = `${INPUTS}/${encodeURIComponent(name)}`
  expect((await call(here, 'POST', entity, { form: { token: 'bad' } })).status).toBe(400)
  expect((await call(here, 'POST', entity, { form: { token: '********' } })).status).toBe(200)
  const local = readFileSync(join(here.home, 'etc/apps/TA-fake/local/inputs.conf'), 'utf8')
  expect(local).toContain(`[fake://${name}]\ntoken = ********`)
  expect((await call(here, 'POST', `${entity}/disable`)).status).toBe(200)
  expect((await call(here, 'GET', `${entity}?output_mode=json`)).json()).toMatchObject({
    entry: [{ name, content: { disabled: true, token: '********', interval: '300' } }],
  })
  expect((await call(here, 'DELETE', entity)).status).toBe(200)
  expect((await call(here, 'GET', entity)).status).toBe(404)
})

test('a validation that hangs is killed', async () => {
  const here = await started({ validate: 'exec sleep 60' }, { validationTimeoutMs: 200 })
  expect(await here.validate('fake', 'one', { token: 't' })).toBe(
    'script running failed (killed by signal 9: Killed).',
  )
})

test('an edit restarts the process of that stanza, with the new settings', async () => {
  const here = await started({
    run: `case "$document" in *first*) echo waiting >&2; exec sleep 60 ;; esac; printf '<stream>${event('done')}</stream>'`,
  })
  here.writeStanza('fake://one', { token: 'first' }, 'TA-fake')
  here.startInputs()
  await expect.poll(() => [...here.running][0]?.stderr).toEqual(['waiting'])
  await call(here, 'POST', `${INPUTS}/one`, { form: { token: 'second' } })
  await expect
    .poll(() => here.results.map(({ result }) => [result.signal, result.restartRequested]))
    .toEqual([
      ['SIGTERM', true],
      [null, false],
    ])
  expect(here.events.total).toBe(1)
})

test('a scheme that cannot be had is splunkd’s error', async () => {
  splunkd = await Splunkd.start()
  await expect(splunkd.install(fakeApp(splunkd.home, { scheme: 'exit 3' }))).rejects.toThrow(
    'Unable to initialize modular input "fake" defined in the app "TA-fake": Introspecting scheme=fake: script running failed (exited with code 3).',
  )
})
