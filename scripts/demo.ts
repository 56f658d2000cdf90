/**
 * Shows the add-on at work on a stand-in Splunk and stand-in vendors: built, installed, configured over REST, run by
 * the scheduler, killed in the middle, and held against what the vendors served.
 */
import { rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { Stage, type StagedInput } from '../tests/scenarios/harness.ts'
import { call, type RunResult } from '../tests/standins/splunkd/index.ts'
import { openCiscoEtd } from './demo/cisco-etd.ts'
import type { Exhibit } from './demo/exhibit.ts'
import { Narrator } from './demo/narrator.ts'
import { openPangea } from './demo/pangea-audit.ts'
import { openTrendMicro } from './demo/trendmicro-email.ts'
import { buildPackage } from './package/build.ts'
import { platformOfThisMachine } from './package/platforms.ts'
import { projectRoot } from './package/project.ts'

const records = 100_000
const eventsDirectory = join(projectRoot, 'dist', 'demo')
const narrator = new Narrator()

interface Shown {
  readonly exhibit: Exhibit
  readonly input: StagedInput
  /** Findings of the tamper-evidence check, by kind. */
  readonly findings: Map<string, number>
  /** Set when a run found nothing more to collect. */
  complete: boolean
}

narrator.say('Building the package …')
const spl = await buildPackage(platformOfThisMachine())
narrator.say(`Built ${relative(projectRoot, spl)}. Starting Splunk (a stand-in) and installing it …`)
rmSync(eventsDirectory, { recursive: true, force: true })
const stage = await Stage.open({ events: { directory: eventsDirectory } }, spl)
const shown: Shown[] = []
try {
  const exhibits = [await openCiscoEtd(records), await openTrendMicro(20_000), await openPangea(20_000)]
  for (const exhibit of exhibits) shown.push(await createInput(exhibit))
  await collect()
  narrator.done()
  // What the vendor takes back later was served all the same.
  await report()
  await tamper()
} finally {
  await stage.close()
  await Promise.all(shown.map(({ exhibit }) => exhibit.stop()))
}

/** Fills in the form of the data input, at first with a mistake. */
async function createInput(exhibit: Exhibit): Promise<Shown> {
  const { title, scheme, name, form, mistake } = exhibit
  narrator.say(`${title} (a stand-in) holds ${exhibit.records.toLocaleString('en')} records.`)
  const path = `/servicesNS/nobody/TA-mailtrail/data/inputs/${scheme}?output_mode=json`
  const input = stage.watch(scheme, name)
  const findings = new Map<string, number>()
  input.onReceived = (received) => {
    if (received.sourcetype === 'mailtrail:integrity') {
      const { finding } = JSON.parse(received.text)
      findings.set(finding, (findings.get(finding) ?? 0) + 1)
      return
    }
    const { text } = received
    input.received.push({ ...received, text: exhibit.asServed?.(text) ?? text })
  }
  const create = (settings: Readonly<Record<string, string>>) =>
    call(stage.splunkd, 'POST', path, { form: { name, interval: '2', ...settings } })
  const refused = await create({ ...form, ...mistake })
  narrator.say(`Created with a mistake in ${Object.keys(mistake)}, the input is refused (${refused.status}):`)
  narrator.say(`  ${messageOf(refused.text)}`)
  const created = await create(form)
  if (created.status !== 201) throw new Error(`The input was not created: ${created.status} ${created.text}`)
  narrator.say(`Created without it: the vendor was asked, and ${input.stanza} is in inputs.conf.`)
  return { exhibit, input, findings, complete: false }
}

/** What splunkd says in a JSON error body. */
function messageOf(text: string): string {
  const body: { messages?: { text: string }[] } = JSON.parse(text)
  return body.messages?.[0]?.text ?? text
}

/** Lets the scheduler run the inputs until there is nothing more to collect. */
async function collect(): Promise<void> {
  const killAt = records * 0.4
  let killed = false
  const total = shown.reduce((sum, { exhibit }) => sum + exhibit.records, 0)
  const ended = (stanza: string, result: RunResult): void => {
    const one = shown.find(({ input }) => input.stanza === stanza)
    if (one) one.complete = result.exitCode === 0 && result.events === 0 && one.input.received.length > 0
    narrator.say(`${stanza}: ${endOf(result)}, ${result.events.toLocaleString('en')} events.`)
  }
  stage.splunkd.startInputs(ended)
  while (!shown.every(({ complete }) => complete)) {
    await new Promise((resolve) => setTimeout(resolve, 100))
    const received = shown.reduce((sum, { input }) => sum + input.received.length, 0)
    narrator.progress(Math.min(1, received / total), `${received.toLocaleString('en')} events`)
    if (killed || received < killAt) continue
    killed = true
    for (const run of stage.splunkd.running) {
      narrator.say(`kill -9 ${run.pid} (${run.stanza}), in the middle of its work.`)
      run.kill('SIGKILL')
    }
  }
  await stage.splunkd.stopInputs()
}

/** Tampers with what the vendor serves, and lets the input find it out. */
async function tamper(): Promise<void> {
  for (const { exhibit, input, findings } of shown) {
    for (const { what, tamper: act } of exhibit.tampering ?? []) {
      act()
      narrator.say(`${exhibit.title} now serves ${what}; one more run.`)
      await input.pass()
    }
    for (const [finding, count] of findings)
      narrator.say(`${input.stanza}: mailtrail:integrity ${finding} × ${count}`)
  }
}

function endOf({ exitCode, signal, restartRequested }: RunResult): string {
  if (restartRequested) return 'the secrets are stored encrypted and masked, Splunk restarts the input'
  return signal === null ? `the run ended with exit code ${exitCode}` : `the run was ended by ${signal}`
}

/** What arrived, held against what was served. */
async function report(): Promise<void> {
  const rows: (string | number)[][] = []
  let lost = 0
  for (const { exhibit, input } of shown) {
    for (const stream of new Set(input.received.map((event) => event.stream ?? ''))) {
      const events = input.received.filter((event) => event.stream === stream)
      const result = await exhibit.oracle.compare(events, (_, expected) => expected.stream === stream)
      lost += result.lost + result.altered + result.wrongTime
      const bytes = events.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0)
      const times = events.map(({ time = Number.NaN }) => time).filter((time) => !Number.isNaN(time))
      const from = times.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
      const to = times.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
      rows.push([
        events[0]?.sourcetype ?? '',
        events.length,
        bytes,
        new Date(from).toISOString(),
        new Date(to).toISOString(),
        result.lost,
        result.repeated,
      ])
    }
    const units = input.ledger()
    const whole = units.filter(({ state }) => state === 'complete').length
    narrator.say(`${input.stanza}: the ledger shows ${whole} of ${units.length} units complete.`)
  }
  narrator.table(['sourcetype', 'events', 'bytes', 'first', 'last', 'lost', 'repeated'], rows)
  narrator.say(`A kill may repeat up to 5,000 events, under the same ids: | dedup mailtrail.id`)
  narrator.say(
    `The events lie in ${relative(process.cwd(), eventsDirectory) || '.'}, one file for each sourcetype.`,
  )
  process.exitCode = lost === 0 ? 0 : 1
}
