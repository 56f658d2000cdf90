import {
  answerLost,
  connectionReset,
  corrupted,
  type Effect,
  type KvDocument,
  kvInitializing,
  kvRequests,
  kvWrites,
  type Match,
  serverError,
  slow,
} from '../../standins/splunkd/index.ts'
import { type Case, type CaseContext, concluded, newSubject, type Row } from '../case.ts'
import type { Subject } from '../subject.ts'
import { vendorKinds } from '../vendors/index.ts'
import type { VendorKind } from '../vendors/vendor.ts'

const effects: readonly (readonly [string, Effect])[] = [
  ['KV store answers 503', kvInitializing],
  ['KV store answers 500', serverError],
  ['KV store cuts the connection', connectionReset],
  ['KV store saves, its answer is lost', answerLost],
  ['KV store is slow', slow(300)],
  ['KV store answers with something else', corrupted(() => ({ odd: true }))],
]

const readsOf =
  (match: Match): Match =>
  (request) =>
    request.method === 'GET' && match(request)

/** One fault after the other on any request to the KV store. */
const storeFaults: readonly Case[] = vendorKinds.map((kind) => ({
  name: `${kind.scheme}: KV store faults`,
  pace: 'sleeps',
  run: (context) => Promise.all(effects.map(([test, effect]) => faulty(context, kind, test, effect))),
}))

async function faulty(context: CaseContext, kind: VendorKind, test: string, effect: Effect): Promise<Row> {
  const { lane, random, size } = context
  const subject = await newSubject(context, kind)
  const [splunkd] = lane.heads
  const wanted = Math.ceil(size.storeFaults / effects.length)
  const mine = (text: string): boolean => text.includes(`"${subject.name}"`)
  const match: Match = effect.rewrite ? readsOf(kvRequests()) : kvRequests()
  let count = 0
  const stop = splunkd.faults.always((request) => {
    const isMine = mine(request.body) || mine(request.query.get('query') ?? '')
    if (!isMine || !match(request) || count >= wanted || !random.chance(0.35)) return false
    count++
    return true
  }, effect)
  for (let pass = 0; count < wanted && pass < 4 * wanted; pass++) {
    subject.vendor.add(120)
    const outcome = await subject.run()
    if (outcome.exitCode !== 0)
      subject.flaws.push(`${subject.stanza}: exit ${outcome.exitCode}: ${outcome.stderr.at(-1)}`)
  }
  stop()
  const row = await concluded(subject, { test, unit: 'faults', size: count })
  return row.repeated === 0 ? row : { ...row, flaws: [...row.flaws, `${subject.stanza}: ${test}: repeats`] }
}

/** The store loses everything: what the start time reaches is collected anew, under the same ids. */
const wipes: readonly Case[] = vendorKinds.map((kind) => ({
  name: `${kind.scheme}: KV store wiped`,
  run: async (context) => [await wiped(context, kind)],
}))

async function wiped(context: CaseContext, kind: VendorKind): Promise<Row> {
  const { lane, size } = context
  const subject = await newSubject(context, kind)
  const [splunkd] = lane.heads
  const moments: readonly (Match | undefined)[] = [
    undefined,
    kvRequests('mailtrail_checkpoints'),
    kvWrites('mailtrail_ledger'),
    kvWrites('mailtrail_checkpoints'),
    kvWrites('mailtrail_leases'),
  ]
  for (let wipe = 0; wipe < size.wipes; wipe++) {
    subject.vendor.add(300)
    await subject.run()
    subject.vendor.add(300)
    const moment = moments[wipe % moments.length]
    const lose = () => lane.kv.wipe()
    if (moment === undefined) lose()
    else splunkd.faults.next(moment, { before: lose })
    const outcome = await subject.run()
    if (outcome.exitCode !== 0 && outcome.exitCode !== 2)
      subject.flaws.push(`${subject.stanza}: exit ${outcome.exitCode}: ${outcome.stderr.at(-1)}`)
  }
  return concluded(subject, { test: 'KV store wiped', unit: 'wipes', size: size.wipes })
}

/** How a document can become one that nobody can understand. */
const mutilations: readonly (readonly [string, (document: KvDocument) => KvDocument])[] = [
  ['of a newer version', (document) => ({ ...document, v: 99 })],
  [
    'without its contents',
    ({ _key, _user, v, scheme, input, stream, tenant }) => ({
      _key,
      _user,
      v,
      scheme,
      input,
      stream,
      tenant,
    }),
  ],
  [
    'of other types',
    (document) =>
      Object.fromEntries(
        Object.entries(document).map(([name, value]) => [
          name,
          ['_key', '_user', 'scheme', 'input', 'stream', 'tenant'].includes(name) ? value : { odd: value },
        ]),
      ) as KvDocument,
  ],
  [
    'cut in the middle',
    (document) => ({ ...document, state: '{"until":17', from: '2026-03', expires: 'soon', booked: '?' }),
  ],
]
const collections = ['mailtrail_checkpoints', 'mailtrail_ledger', 'mailtrail_leases', 'mailtrail_quota']

/** Documents that cannot be understood: exit 2 with the reason, no records, and nothing lost once they are mended. */
const corruption: readonly Case[] = vendorKinds.map((kind) => ({
  name: `${kind.scheme}: KV store corrupt`,
  run: async (context) => [await corrupt(context, kind)],
}))

async function corrupt(context: CaseContext, kind: VendorKind): Promise<Row> {
  // Rows of the ledger that no run looks at any more are not read: the latest is one that each run does.
  const subject = await newSubject(context, kind, kind.looksFarBack)
  subject.vendor.add(300)
  await subject.complete()
  let count = 0
  for (const collection of context.size.wipes > 0 ? collections : collections.slice(0, 1)) {
    for (const [how, mutilate] of mutilations) {
      const victim = subject
        .documents(collection)
        .sort((a, b) => String(a.from).localeCompare(String(b.from)))
        .at(-1)
      if (victim === undefined) continue
      const document =
        collection === 'mailtrail_leases' ? { ...victim, expires: Date.now() + 60_000 } : victim
      subject.vendor.add(60)
      subject.put(collection, mutilate(document))
      await refused(subject, `a document of ${collection} ${how}`)
      subject.put(collection, victim)
      count++
    }
  }
  const row = await concluded(subject, { test: 'KV store corrupt', unit: 'documents', size: count })
  return row.repeated === 0 ? row : { ...row, flaws: [...row.flaws, `${subject.stanza}: corruption repeats`] }
}

async function refused(subject: Subject, what: string): Promise<void> {
  const asked = () =>
    subject.vendor.reachable
      .filter(({ operation }) => subject.vendor.dataOperations.includes(operation))
      .reduce((sum, { server, operation }) => sum + server.requests.count(operation), 0)
  const before = asked()
  const { exitCode, events, stderr } = await subject.run()
  const isClear = stderr.some((line) => /cannot be understood|newer version/.test(line))
  if (exitCode === 2 && events === 0 && asked() === before && isClear) return
  subject.flaws.push(
    `${subject.stanza}: ${what}: exit ${exitCode}, ${events} events, ${asked() - before} requests: ${stderr.at(-1)}`,
  )
}

export const storeCases: readonly Case[] = [...storeFaults, ...wipes, ...corruption]
