import {
  kvRequests,
  kvWrites,
  type Match,
  passwordRequests,
  type Run,
  type Splunkd,
} from '../standins/splunkd/index.ts'
import type { Random } from '../standins/vendor/random.ts'
import type { Subject } from './subject.ts'

/** Where a process is when it is killed. */
export interface Point {
  readonly name: string
  /** Whether the stanza's secrets stand in clear text before the run. */
  readonly inClearText?: boolean
  /** Whether the vendor sends so much that stdout's pipe fills up. */
  readonly fillsThePipe?: boolean
  /** Gets the run killed, once, there. */
  arm(run: Run, subject: Subject, splunkd: Splunkd, random: Random): void
}

const kill = (run: Run) => () => run.kill('SIGKILL')

/** Killed right before a request of this kind takes effect, which it then does not. */
const before =
  (match: Match) =>
  (run: Run, _: Subject, splunkd: Splunkd): void =>
    void splunkd.faults.next(match, { before: kill(run), reset: true })

/** Killed right after it took effect, before the process hears of it. */
const after =
  (match: Match) =>
  (run: Run, _: Subject, splunkd: Splunkd): void =>
    void splunkd.faults.next(match, { after: kill(run), loseAnswer: true })

/** Killed with the next request of any kind after one of these was answered. */
const onceDone =
  (match: Match) =>
  (run: Run, _: Subject, splunkd: Splunkd): void => {
    let isDone = false
    splunkd.faults.always(
      (request) => {
        const due = isDone
        isDone ||= match(request)
        return due
      },
      { before: kill(run), reset: true },
    )
  }

/** Killed when the vendor is asked for one of these, so many milliseconds later. */
const asked =
  (operationsOf: (subject: Subject) => readonly string[], delay: (random: Random) => number) =>
  (run: Run, subject: Subject, _: Splunkd, random: Random): void => {
    let armed = true
    const operations = operationsOf(subject)
    for (const { server } of subject.vendor.reachable) {
      server.faults.add({
        on: (request) => {
          if (!armed || !operations.includes(request.operation)) return false
          armed = false
          setTimeout(kill(run), delay(random))
          return false
        },
        fault: { kind: 'reset' },
      })
    }
  }

const now = () => 0
const soon = (random: Random) => 1 + random.below(12)
const leaseInsert: Match = (request) =>
  kvWrites('mailtrail_leases')(request) && request.method === 'POST' && !request.path.endsWith('/batch_save')
const leaseDelete: Match = (request) => kvWrites('mailtrail_leases')(request) && request.method === 'DELETE'
const leaseRelease: Match = (request) =>
  kvWrites('mailtrail_leases')(request) && request.path.endsWith('/batch_save')
const stanzaEdit: Match = (request) =>
  request.method === 'POST' && `${request.segments.join('/')}/`.startsWith('data/inputs/')
const passwordStored: Match = (request) => request.method === 'POST' && passwordRequests(request)

/** Every point of a run at which a kill is told apart from one a moment earlier or later. */
export const points: readonly Point[] = [
  { name: 'before the lease is taken', arm: before(leaseInsert) },
  { name: 'in the taking of the lease', arm: after(leaseInsert) },
  { name: 'while an older lease is cleared away', arm: before(leaseDelete) },
  { name: 'after the lease was taken', arm: onceDone(leaseDelete) },
  { name: 'before a secret is stored', inClearText: true, arm: before(passwordStored) },
  { name: 'in the storing of a secret', inClearText: true, arm: after(passwordStored) },
  { name: 'before the stanza is masked', inClearText: true, arm: before(stanzaEdit) },
  { name: 'in the masking of the stanza', inClearText: true, arm: after(stanzaEdit) },
  { name: 'before the state is read', arm: before(kvRequests('mailtrail_checkpoints')) },
  { name: 'before the quota is written', arm: before(kvWrites('mailtrail_quota')) },
  { name: 'in a write of the quota', arm: after(kvWrites('mailtrail_quota')) },
  { name: 'when a token or page is asked for', arm: asked(({ vendor }) => [vendor.renewal], now) },
  { name: 'while a token or page is renewed', arm: asked(({ vendor }) => [vendor.renewal], soon) },
  { name: 'before a write (records are asked for)', arm: asked(({ vendor }) => vendor.dataOperations, now) },
  { name: 'before a write (records arrive)', arm: asked(({ vendor }) => vendor.dataOperations, soon) },
  {
    name: 'in a write (the reader takes some)',
    fillsThePipe: true,
    arm: (run, _, __, random) => {
      const limit = 1 + random.below(60_000)
      const timer = setInterval(() => {
        if (run.bytes < limit) return
        clearInterval(timer)
        run.kill('SIGKILL')
      }, 1)
      void run.finished.then(() => clearInterval(timer))
    },
  },
  {
    name: 'in a write (the pipe is full)',
    fillsThePipe: true,
    arm: (run, subject, splunkd, random) => {
      run.pause()
      asked(
        ({ vendor }) => vendor.dataOperations,
        (drawn) => 60 + drawn.below(60),
      )(run, subject, splunkd, random)
    },
  },
  { name: 'after a write, before a ledger write', arm: before(kvWrites('mailtrail_ledger')) },
  { name: 'in a ledger write', arm: after(kvWrites('mailtrail_ledger')) },
  { name: 'after a ledger write', arm: onceDone(kvWrites('mailtrail_ledger')) },
  { name: 'before a checkpoint', arm: before(kvWrites('mailtrail_checkpoints')) },
  { name: 'in a checkpoint', arm: after(kvWrites('mailtrail_checkpoints')) },
  { name: 'after a checkpoint', arm: onceDone(kvWrites('mailtrail_checkpoints')) },
  { name: 'before the lease is given back', arm: before(leaseRelease) },
  { name: 'in the giving back of the lease', arm: after(leaseRelease) },
]
