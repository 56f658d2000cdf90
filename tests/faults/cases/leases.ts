import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { kvWrites, type Run } from '../../standins/splunkd/index.ts'
import { type Case, type CaseContext, concluded, newSubject, type Row } from '../case.ts'
import { batch, type RunOutcome, type Subject } from '../subject.ts'
import { vendorKinds } from '../vendors/index.ts'
import type { VendorKind } from '../vendors/vendor.ts'

const isLeftOut = ({ stderr }: RunOutcome): boolean =>
  stderr.some(
    (line) => line.includes('collects for this input') || line.includes('has just taken this input'),
  )

/** Two heads start the same input at once: one collects, the other has nothing to do. */
const contests: readonly Case[] = vendorKinds.map((kind) => ({
  name: `${kind.scheme}: two heads at once`,
  run: async (context) => [await contested(context, kind)],
}))

async function contested(context: CaseContext, kind: VendorKind): Promise<Row> {
  const { random, size } = context
  const subject = await newSubject(context, kind)
  let contests = 0
  for (let tries = 0; contests < size.contests && tries < 2 * size.contests; tries++) {
    subject.vendor.add(150)
    const first = random.below(2)
    const outcomes = await Promise.all([
      subject.run(undefined, {}, first),
      sleep(random.below(40)).then(() => subject.run(undefined, {}, 1 - first)),
    ])
    if (outcomes.some(isLeftOut)) contests++
    for (const outcome of outcomes) {
      if (outcome.exitCode !== 0 || (isLeftOut(outcome) && outcome.events > 0))
        subject.flaws.push(
          `${subject.stanza}: exit ${outcome.exitCode}, ${outcome.events} events: ${outcome.stderr.at(-1)}`,
        )
    }
  }
  const row = await concluded(subject, { test: 'two heads at once', unit: 'contests', size: contests })
  return row.repeated === 0 ? row : { ...row, flaws: [...row.flaws, `${subject.stanza}: both collected`] }
}

/** Kills an owner in the middle of its pass. */
async function killOwner(subject: Subject, context: CaseContext): Promise<void> {
  const [splunkd] = context.lane.heads
  await subject.run((run) => {
    splunkd.faults.next(kvWrites('mailtrail_ledger'), { before: () => run.kill('SIGKILL'), reset: true })
  })
  splunkd.faults.clear()
}

/** A dead owner is replaced: at once on its own host, once its lease has run out on another. */
const takeovers: readonly Case[] = vendorKinds.map((kind) => ({
  name: `${kind.scheme}: takeover`,
  run: async (context) => [await takenOver(context, kind, true), await takenOver(context, kind, false)],
}))

async function takenOver(context: CaseContext, kind: VendorKind, onSameHost: boolean): Promise<Row> {
  const subject = await newSubject(context, kind)
  const { takeovers: size } = context.size
  for (let takeover = 0; takeover < size; takeover++) {
    subject.vendor.add(200)
    await killOwner(subject, context)
    if (!onSameHost) {
      const early = await subject.run(undefined, {}, 1)
      if (early.exitCode !== 0 || early.events > 0 || !isLeftOut(early))
        subject.flaws.push(`${subject.stanza}: took over before the lease ran out: ${early.stderr.at(-1)}`)
      subject.expireLease()
    }
    const heir = await subject.run(undefined, {}, onSameHost ? 0 : 1)
    if (heir.exitCode !== 0 || heir.events === 0 || heir.repeats > batch)
      subject.flaws.push(
        `${subject.stanza}: no takeover: exit ${heir.exitCode}, ${heir.events} events: ${heir.stderr.at(-1)}`,
      )
  }
  const where = onSameHost ? 'on the same host' : 'by another host'
  return concluded(subject, { test: `takeover ${where}`, unit: 'takeovers', size })
}

/** An owner that was stopped past its lease goes on: it commits nothing over the one that took over. */
const zombies: readonly Case[] = vendorKinds.map((kind) => ({
  name: `${kind.scheme}: zombie`,
  run: async (context) => [await revived(context, kind)],
}))

async function revived(context: CaseContext, kind: VendorKind): Promise<Row> {
  const { random, size } = context
  const subject = await newSubject(context, kind)
  for (let zombie = 0; zombie < size.zombies; zombie++) {
    subject.vendor.add(600)
    const owner = subject.start()
    await frozen(owner, subject, zombie % 2 === 0 ? 'reading' : 'writing', random.below(40_000))
    subject.expireLease()
    const heir = await subject.run(undefined, {}, 1)
    if (heir.exitCode !== 0) subject.flaws.push(`${subject.stanza}: no takeover: ${heir.stderr.at(-1)}`)
    const committed = stateOf(subject)
    // The zombie's last look at its lease must be old enough to count as a pause.
    await sleep(1_100)
    owner.kill('SIGCONT')
    owner.resume()
    const end = await owner.finished
    const isLost = end.exitCode === 2 && end.stderr.some((line) => line.includes('no longer owns its input'))
    if (!isLost) subject.flaws.push(`${subject.stanza}: zombie: exit ${end.exitCode}: ${end.stderr.at(-1)}`)
    if (!isDeepStrictEqual(stateOf(subject), committed))
      subject.flaws.push(`${subject.stanza}: a zombie has changed the state`)
  }
  return concluded(subject, { test: 'SIGSTOP past the lease, SIGCONT', unit: 'zombies', size: size.zombies })
}

/** SIGSTOP when the vendor is asked for records, or once so many bytes were written. */
export async function frozen(
  run: Run,
  subject: Subject,
  when: 'reading' | 'writing',
  bytes: number,
): Promise<void> {
  const stop = Promise.withResolvers<void>()
  const freeze = () => {
    run.kill('SIGSTOP')
    stop.resolve()
  }
  if (when === 'writing') {
    run.pause()
    const timer = setInterval(() => {
      run.resume()
      if (run.bytes <= bytes / 4) return
      clearInterval(timer)
      run.pause()
      freeze()
    }, 1)
    void run.finished.then(() => clearInterval(timer))
  } else {
    let armed = true
    for (const { server } of subject.vendor.reachable) {
      server.faults.add({
        on: (request) => {
          if (armed && subject.vendor.dataOperations.includes(request.operation)) {
            armed = false
            freeze()
          }
          return false
        },
        fault: { kind: 'reset' },
      })
    }
  }
  await Promise.race([stop.promise, run.finished])
  for (const { server } of subject.vendor.reachable) server.faults.clear()
}

const stateOf = (subject: Subject) =>
  ['mailtrail_checkpoints', 'mailtrail_ledger', 'mailtrail_leases'].map((name) => subject.documents(name))

export const leaseCases: readonly Case[] = [...contests, ...takeovers, ...zombies]
