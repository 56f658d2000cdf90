import { rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { Run } from '../../standins/splunkd/index.ts'
import { type Case, type CaseContext, concluded, newSubject, type Row } from '../case.ts'
import { batch, type RunOutcome, type Subject } from '../subject.ts'
import { vendorKinds } from '../vendors/index.ts'
import type { VendorKind } from '../vendors/vendor.ts'

/** More bytes than a pipe takes beyond what the tests read of it, in one batch. */
const oneBatch = 2_000
/** How long a stop may take, milliseconds, with what the machine adds. */
const stopWithin = 6_000
/** How long a reader takes nothing, milliseconds. */
const stallsFor = 1_500

const ofEach = (what: string, run: (context: CaseContext, kind: VendorKind) => Promise<Row>): Case[] =>
  vendorKinds.map((kind) => ({
    name: `${kind.scheme}: ${what}`,
    run: async (context) => [await run(context, kind)],
  }))

const ended = (subject: Subject, { exitCode, signal, tookMs, stderr }: RunOutcome, wanted: number): void => {
  if (exitCode === wanted) return
  subject.flaws.push(`${subject.stanza}: exit ${exitCode} ${signal} after ${tookMs} ms: ${stderr.at(-1)}`)
}

/** SIGTERM after so many events: exit 0 within 5 s, and nothing is repeated. */
async function stopped(context: CaseContext, kind: VendorKind): Promise<Row> {
  const { random, size } = context
  const subject = await newSubject(context, kind)
  for (let stop = 0; stop < size.stops; stop++) {
    subject.vendor.add(stop % 5 === 1 ? 9_000 : 400)
    const at = 1 + random.below(stop % 5 === 1 ? 8_000 : 350)
    let stoppedAt = 0
    let events = 0
    const outcome = await subject.run(undefined, {
      onEvent: (_, run) => {
        if (++events !== at) return
        stoppedAt = performance.now()
        run.kill('SIGTERM')
      },
    })
    ended(subject, outcome, 0)
    if (stoppedAt > 0 && performance.now() - stoppedAt > stopWithin)
      subject.flaws.push(`${subject.stanza}: took ${performance.now() - stoppedAt} ms to stop`)
  }
  const row = await concluded(subject, { test: 'SIGTERM', unit: 'stops', size: size.stops })
  return row.repeated === 0 ? row : { ...row, flaws: [...row.flaws, `${subject.stanza}: a stop repeats`] }
}

/** The reader closes the pipe in the middle of a batch. */
async function closed(context: CaseContext, kind: VendorKind): Promise<Row> {
  const { random, size } = context
  const subject = await newSubject(context, kind)
  for (let close = 0; close < size.pipes; close++) {
    subject.vendor.add(oneBatch)
    const outcome = await subject.run(undefined, { closeAfterBytes: 1 + random.below(60_000) })
    ended(subject, outcome, 2)
    if (outcome.repeats > batch) subject.flaws.push(`${subject.stanza}: ${outcome.repeats} repeats`)
  }
  return concluded(subject, { test: 'the reader closes the pipe', unit: 'pipes', size: size.pipes })
}

/** The reader takes nothing for a while; every other time the process is stopped meanwhile. */
async function stalled(context: CaseContext, kind: VendorKind): Promise<Row> {
  const { random, size } = context
  const subject = await newSubject(context, kind)
  for (let stall = 0; stall < size.pipes; stall++) {
    subject.vendor.add(oneBatch)
    const isStopped = stall % 2 === 1
    const pauseAfterBytes = random.below(30_000)
    const outcome = await subject.run((run) => onceStalled(run, pauseAfterBytes, isStopped), {
      pauseAfterBytes,
    })
    ended(subject, outcome, 0)
    if (outcome.repeats > batch) subject.flaws.push(`${subject.stanza}: ${outcome.repeats} repeats`)
  }
  return concluded(subject, { test: 'the reader stalls', unit: 'pipes', size: size.pipes })
}

/** Lets a run stand still for a while once its reader has taken so many bytes; then stops it, or reads on. */
function onceStalled(run: Run, bytes: number, isStopped: boolean): void {
  const act = () => (isStopped ? run.kill('SIGTERM') : run.resume())
  let timer = setInterval(() => {
    if (run.bytes < bytes) return
    clearInterval(timer)
    timer = setTimeout(act, stallsFor)
  }, 5)
  void run.finished.then(() => clearTimeout(timer))
}

/** The disk that holds the log file is full: collecting goes on. */
async function fullDisk(context: CaseContext, kind: VendorKind): Promise<Row> {
  const subject = await newSubject(context, kind)
  const [splunkd] = context.lane.heads
  const file = join(splunkd.home, 'var/log/splunk', `ta_mailtrail_${kind.scheme}.log`)
  rmSync(file, { force: true })
  symlinkSync('/dev/full', file)
  try {
    for (let run = 0; run < context.size.pipes; run++) {
      subject.vendor.add(300)
      const outcome = await subject.run()
      ended(subject, outcome, 0)
      if (!outcome.stderr.some((line) => line.includes('cannot be written')))
        subject.flaws.push(`${subject.stanza}: does not say that its log file cannot be written`)
    }
    const row = await concluded(subject, {
      test: 'the disk of the log file is full',
      unit: 'runs',
      size: context.size.pipes,
    })
    return row.repeated === 0 ? row : { ...row, flaws: [...row.flaws, `${subject.stanza}: repeats`] }
  } finally {
    rmSync(file, { force: true })
  }
}

export const endings: readonly Case[] = [
  ...ofEach('SIGTERM', stopped),
  ...ofEach('the reader closes the pipe', closed),
  ...ofEach('the reader stalls', stalled),
  ...ofEach('full disk', fullDisk),
]
