import { hash } from 'node:crypto'
import { instantText } from '../vendor/instants.ts'
import { oddText } from '../vendor/odd-text.ts'
import { mix, Random, uuidAt } from '../vendor/random.ts'
import {
  type CanonicalForm,
  canonicalText,
  type Escaping,
  type Json,
  Members,
  NumberText,
  StringText,
  sentText,
} from './json.ts'
import { type KeyForm, Signer } from './signer.ts'

/** An envelope with its hash, as the log holds it from the moment in which it was received. */
export interface AuditEntry {
  /** `received_at` in epoch microseconds. */
  readonly receivedAt: number
  /** JSON text of the envelope, as sent. */
  readonly envelope: string
  /** Lower-case hex SHA-256 of its canonical form. */
  readonly hash: string
  /** Members of the event that searches can restrict and sort by. */
  readonly fields: Readonly<Record<string, string>>
}

export interface EntryKind {
  readonly seed: number
  /** Share of events of custom schemas, of any shape; the others have the standard members. */
  readonly customShare?: number
  readonly signedShare?: number
  /** Records of 100 kB and more: one in so many; none when left out. */
  readonly largeEvery?: number
  readonly form?: CanonicalForm
}

export const signers: readonly Signer[] = [new Signer('first'), new Signer('second'), new Signer('third')]

const keyForms: readonly KeyForm[] = ['raw', 'spki', 'pem', 'json']
const actions = ['created', 'updated', 'deleted', 'viewed', 'signed in', 'exported']
type Member = readonly [name: string, value: Json]

const plainText = [
  'A policy was changed.',
  'Sign-in from a new device',
  'Quarantine released',
  'Größe geändert: 3 › 4',
]

/** `received_at` as Pangea writes it: microseconds, Z. */
export const microsText = (micros: number): string => {
  const milliseconds = Math.floor(micros / 1000)
  return instantText(milliseconds, 6, (micros - milliseconds * 1000) * 1000)
}

const numberTexts = [
  '0',
  '-1',
  '7',
  '1.0',
  '1e2',
  '1E-7',
  '-0.0',
  '0.10',
  '12345678901234567890',
  '9007199254740993',
  '-98765432109876543210',
  '3.141592653589793238462643',
  '1.7976931348623157e308',
  '123456789012345',
]

const oddNames = [
  'na\u00efve',
  '\u{1f680}',
  '\uff5e',
  'a b',
  'quo"te',
  'back\\slash',
  'Ａ',
  '',
  'tab\t',
  'zz',
  '\u{10ffff}',
  '\ue000',
]

function anyValue(random: Random, depth: number): Json {
  const kind = random.below(depth > 3 ? 6 : 9)
  if (kind < 2) return random.pick(plainText)
  if (kind === 2) return new StringText(random.pick(oddText))
  if (kind === 3) return new NumberText(random.pick(numberTexts))
  if (kind === 4) return random.chance(0.5)
  if (kind === 5) return JSON.stringify({ z: [1, { b: 'é', a: null }], a: `nested ${random.below(1000)}` })
  if (kind === 6) return Array.from({ length: random.below(4) }, () => anyValue(random, depth + 1))
  if (kind === 7) return null
  return anyMembers(random, depth + 1, random.below(5))
}

function anyMembers(random: Random, depth: number, count: number): Members {
  const members = new Map<string, Json>()
  for (let i = 0; i < count; i++) {
    const name = random.chance(0.3) ? random.pick(oddNames) : `field_${random.below(100)}`
    members.set(name, anyValue(random, depth))
  }
  return new Members([...members])
}

function standardMembers(random: Random, seed: number, index: number, isLarge: boolean): Member[] {
  const number = index % 500
  const change = JSON.stringify({ zone: `z${number}`, enabled: random.chance(0.5), list: [number, 'ä'] })
  // Three members of the most characters that the page allows: more than 100 kB with their escapes.
  const filler = (mark: string): string => `${mark} "${'large € '.repeat(4095)}`.slice(0, 32_766)
  const members: Member[] = [
    [
      'message',
      isLarge
        ? filler('message')
        : random.chance(0.3)
          ? new StringText(random.pick(oddText))
          : random.pick(plainText),
    ],
    ['actor', `user${number}@example.com`],
    ['action', random.pick(actions)],
    ['target', `mailbox-${random.below(2000)}`],
    ['status', random.chance(0.9) ? 'success' : 'failure'],
    ['source', `gateway-${random.below(20)}.example.com`],
    ['new', isLarge ? filler('new') : change],
    ['tenant_id', uuidAt(seed, index)],
  ]
  if (isLarge || random.chance(0.5))
    members.push(['old', isLarge ? filler('old') : change.replace('true', 'false')])
  return members
}

const escapings: readonly Escaping[] = ['least', 'least', 'ascii', 'slashes']

/** The entry at an index; the same arguments give the same entry. */
export function entryAt(kind: EntryKind, index: number, receivedAt: number): AuditEntry {
  const random = new Random(mix(kind.seed, index))
  const isCustom = random.chance(kind.customShare ?? 0.2)
  const isLarge = kind.largeEvery !== undefined && index % kind.largeEvery === kind.largeEvery - 1
  const list = standardMembers(random, kind.seed, index, isLarge)
  if (isCustom) {
    const custom = anyMembers(random, 1, 2 + random.below(8)).list
    list.splice(random.below(3), 2, ...custom, [
      'sequence',
      new NumberText(`9${String(index).padStart(19, '0')}`),
    ])
  }
  const event = new Members(random.chance(0.3) ? random.shuffled(list) : list)
  return entryOf(event, receivedAt, random, kind)
}

/** An entry around an event of any shape. */
export function entryOf(
  event: Members,
  receivedAt: number,
  random: Random,
  kind: Omit<EntryKind, 'seed'> = {},
): AuditEntry {
  const members: Member[] = [
    ['received_at', microsText(receivedAt)],
    ['event', event],
  ]
  if (random.chance(kind.signedShare ?? 0.2)) {
    const signer = random.pick(signers)
    members.push(['signature', signer.sign(canonicalText(event, kind.form))])
    members.push(['public_key', signer.publicKey(random.pick(keyForms))])
  }
  const envelope = new Members(random.chance(0.5) ? random.shuffled(members) : members)
  const fields: Record<string, string> = {}
  for (const [name, value] of event.list) {
    if (typeof value === 'string') fields[name] = value
    else if (value instanceof StringText) fields[name] = String(JSON.parse(`"${value.body}"`))
  }
  return {
    receivedAt,
    envelope: sentText(envelope, random.pick(escapings)),
    hash: hash('sha256', canonicalText(envelope, kind.form), 'hex'),
    fields,
  }
}
