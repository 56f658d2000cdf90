import type { IndexedEvent } from '../../searchtime/search-time.ts'
import { type Move, moved } from './moved.ts'

const recipients = ['accounts', 'sales', 'info', 'finance', 'support', 'office', 'legal', 'press'].map(
  (name) => `${name}@example.com`,
)
const senders = ['news', 'billing', 'parcel', 'offers', 'security'].map((name) => `${name}@sender.example`)

const convicted = [
  'phishing-deleted',
  'spam-junk',
  'malicious-file-quarantined',
  'graymail-delivered',
  'phishing-left-in-the-inbox',
  'bec-quarantined',
  'scam-junk',
  'spam-deleted',
  'malicious-trash',
]
const blocked = [
  'blocked-spf',
  'blocked-reputation',
  'blocked-reputation',
  'blocked-dmarc',
  'blocked-virus',
  'blocked-recipient',
  'blocked-sender',
  'blocked-dkim',
  'blocked-no-reason',
  'blocked-rate',
]
const administrated = ['login', 'update-policy', 'login-failed', 'create-user', 'export-report']
const audited = ['login', 'update-record', 'read-record', 'delete-denied', 'create-record', 'logout']

/** Some messages are for a branch office, which has a tenant of its own. */
const inputOf = (message: number): string => (message % 7 === 2 ? 'branch' : 'prod')

/** One element after the other, over and over. */
const turn = <T>(of: readonly T[], at: number): T => of[at % of.length] as T

/**
 * The day before `now`: mail that the gateway blocked, mail that it delivered and Cisco saw, convicted at once or
 * later, remediated by hand, and what administrators and an application did meanwhile. More by day than by night.
 */
export function dayOfMail(now: number): IndexedEvent[] {
  const events: IndexedEvent[] = []
  let message = 100
  const hourNow = now - (now % 3600)
  for (let hour = hourNow - 24 * 3600; hour < hourNow; hour += 3600) {
    const busy = 3 + Math.round(4 * Math.sin((Math.PI * ((hour / 3600) % 24)) / 24) ** 2)
    for (let at = 0; at < busy; at++) {
      const time = hour + 60 + Math.round((3000 / busy) * at)
      events.push(...story(message++, time))
    }
    events.push(...admin(hour / 3600, hour + 900))
  }
  return events.filter(({ time }) => time < hourNow)
}

function story(message: number, time: number): IndexedEvent[] {
  const recipient = turn(recipients, message % 3 === 0 ? 1 : (message * 7919) % 11)
  const about: Omit<Move, 'time'> = { message, recipient, sender: turn(senders, message * 3) }
  const seen = (name: string, later: number): IndexedEvent =>
    moved(`cisco_etd_message/${name}`, { ...about, time: time + later, input: inputOf(message) })
  if (message % 4 === 1) {
    return [gateway(turn(blocked, Math.floor(message / 4)), about, time)]
  }
  const delivered = gateway('delivered', about, time)
  switch (message % 8) {
    case 2:
    case 6:
      return [delivered, seen(turn(convicted, Math.floor(message / 4)), 12)]
    case 3:
      // Delivered, convicted within hours, deleted by an analyst.
      return [
        delivered,
        seen('mailboxes-only', 12),
        seen('update-retrospective', 1500 + (message % 5) * 900),
        seen('update-deleted', 2400 + (message % 5) * 1100),
      ]
    default:
      return [delivered, seen('mailboxes-only', 12)]
  }
}

const gateway = (name: string, about: Omit<Move, 'time'>, time: number): IndexedEvent =>
  moved(`trendmicro_email_tracking/${name}`, { ...about, time, input: 'gateway' })

function admin(turnOf: number, time: number): IndexedEvent[] {
  const events = [
    moved(`cisco_etd_audit/${turn(administrated, turnOf)}`, { time, message: 1 }),
    moved(`pangea_audit/${turn(audited, turnOf)}`, { time: time + 60, message: 1, input: 'app' }),
  ]
  const integrity = (name: string, after: number): IndexedEvent =>
    moved(`mailtrail_integrity/${name}`, { time: time + after, message: 1, input: 'app' })
  if (turnOf % 11 === 0) {
    const tampered = moved('pangea_audit/tampered', { time: time + 120, message: 1, input: 'app' })
    events.push(tampered, about(integrity('hash-mismatch', 125), tampered))
  }
  events.push(integrity('late-verification-passed', 170))
  const findings = ['records-missing', 'tree-shrunk', 'late-verification-failed']
  if (turnOf % 7 === 0) events.push(integrity(turn(findings, turnOf / 7), 180))
  return events
}

/** A finding, made to be about a record. */
function about(finding: IndexedEvent, record: IndexedEvent): IndexedEvent {
  const [, id = ''] = /"id":"([^"]+)"/.exec(record.raw) ?? []
  return { ...finding, raw: finding.raw.replace(/("record_id":")[^"]+/, `$1${id}`) }
}
