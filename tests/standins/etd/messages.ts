import { hourOf, minute, second } from '../vendor/clock.ts'
import { hourText, instantText } from '../vendor/instants.ts'
import { oddNumbers, oddText } from '../vendor/odd-text.ts'
import { mix, uuidAt } from '../vendor/random.ts'
import type { RecordSeries, VendorRecord } from '../vendor/record.ts'

export interface MessageSeriesOptions {
  readonly seed: number
  readonly count: number
  readonly tenant: string
  /** Any instant of the hour of the object that holds them. */
  readonly hour: number
  /** One record in so many is an odd one; 50 when left out. */
  readonly oddEvery?: number
}

/**
 * Message events in the members and the spelling of the page's samples, about 1 KB each: some 80 % neutral,
 * 8 % convicted, 12 % updates, which have no time of their own but a verdict's or an action's.
 */
export function messageSeries(options: MessageSeriesOptions): RecordSeries {
  const start = hourOf(options.hour)
  const [date, hourOfDay] = hourText(start).split('T')
  const end = `, "tenantId": "${options.tenant}", "logType": "message", "logDate": "${date}", "logHour": "${hourOfDay}"}`
  return {
    count: options.count,
    at: (index) => messageAt(options, start, end, index),
  }
}

function messageAt(
  { seed, oddEvery = 50 }: MessageSeriesOptions,
  start: number,
  end: string,
  index: number,
): VendorRecord {
  const draw = mix(seed, index)
  const isOdd = draw % oddEvery === 0
  const id = uuidAt(seed, index)
  // Mail of the last minutes of an hour is logged in the next one.
  const at = start - 2 * minute + (mix(seed ^ 0x33, index) % (60 * minute))
  const kind = (draw >>> 8) % 100
  if (kind < 80) return neutral(id, at, draw, isOdd, end)
  if (kind < 88) return convicted(id, at, draw, isOdd, end)
  if (kind < 92) return reclassified(id, at, draw, end)
  if (kind < 96) return remediated(id, at, draw, end)
  return kind < 99 ? reclassifiedAndRemediated(id, at, draw, end) : withoutTime(id, start, end)
}

const senders = Array.from({ length: 32 }, (_, n) => `sender${n}@partner${n % 7}.example.com`)
const recipients = Array.from({ length: 64 }, (_, n) => `mailbox${n}@tenant.example.com`)
const subjects = Array.from(
  { length: 64 },
  (_, n) =>
    `${['Quarterly figures', 'Re: Besprechung am Montag', 'Votre facture n°', '会議の資料'][n % 4]} ${n}`,
)
const directions = ['incoming', 'incoming', 'internal', 'outgoing']
const clients = ['20.190.152.152', '2a01:111:f403:c408::1', '198.51.100.23', '2603:1096:a01:58::7']
const verdicts = ['spam', 'phishing', 'malicious', 'bec', 'scam', 'graymail']
const folders = ['trash', 'junk', 'quarantine']
const gateway = '"secureEmailGateway": {"gatewayType": "ciscoDefault", "headerName": "X-IronPort-RemoteIP"}'
const linkLists = Array.from({ length: 16 }, (_, n) =>
  Array.from(
    { length: 1 + (n % 6) },
    (_, m) => `{"url": "https://www${m}.example.com/path/${n}/view?id=${n * 7919}&amp;part=${m}&lang=de"}`,
  ).join(', '),
)

/** Digits of a second in a mail's own time: none as a rule, then 3, 6 or 9. */
const mailDigits = [0, 0, 0, 0, 0, 3, 6, 9]

const mailTime = (at: number, draw: number, isOdd: boolean): string => {
  if (isOdd && draw % 3 === 0) {
    // The same instant as seen in India.
    return instantText(at + 330 * minute, 3).replace('Z', '+05:30')
  }
  return instantText(at, mailDigits[(draw >>> 5) & 7], draw % 1_000_000)
}

const timeOf = (at: number, draw: number, isOdd: boolean): number =>
  (isOdd && draw % 3 === 0) || mailDigits[(draw >>> 5) & 7] !== 0 ? at : at - (at % second)

function commonMembers(id: string, at: number, draw: number, isOdd: boolean): string {
  const recipient = recipients[draw & 63]!
  const other = recipients[(draw >>> 6) & 63]!
  const subject = isOdd ? oddText[(draw >>> 10) % oddText.length]! : subjects[(draw >>> 12) & 63]!
  const more = isOdd
    ? `, ${oddNumbers}, "headers": {"timestamp": "2001-01-01T00:00:00Z", "list": [[], {}]}`
    : ''
  return (
    `{"message": {"eventType": "create", "id": "${id}", "envelopeTo": ["${recipient}", "${other}"], ` +
    `"internetMessageId": "<${id.slice(0, 18)}.${draw}@mail.example.com>", "mailboxes": ["${recipient}"], ` +
    `"fromAddresses": "${senders[(draw >>> 3) & 31]}", "returnPath": "${senders[(draw >>> 3) & 31]}", ` +
    `"clientIp": "${clients[(draw >>> 2) & 3]}", "serverIp": "2603:1096:a01:58::${draw & 4095}", ` +
    `"subject": "${subject}"${more}, "timestamp": "${mailTime(at, draw, isOdd)}", ` +
    `"direction": "${directions[(draw >>> 4) & 3]}", ${gateway}, "toAddresses": ["${recipient}", "${other}"]`
  )
}

function neutral(id: string, at: number, draw: number, isOdd: boolean, end: string): VendorRecord {
  const text = `${commonMembers(id, at, draw, isOdd)}, "urls": [${linkLists[(draw >>> 7) & 15]}]}${end}`
  return { text, time: timeOf(at, draw, isOdd) }
}

function convicted(id: string, at: number, draw: number, isOdd: boolean, end: string): VendorRecord {
  const verdict = verdictObject(at + 5 * second, draw, 'automatic')
  const action = actionObject(at + 6 * second, draw, 'automatic')
  const links = linkLists[(draw >>> 7) & 15]
  const text = `${commonMembers(id, at, draw, isOdd)}, ${action}, ${verdict}, "urls": [${links}]}${end}`
  return { text, time: timeOf(at, draw, isOdd) }
}

const updateStart = (id: string): string => `{"message": {"eventType": "update", "id": "${id}", `
const messageId = (id: string): string => `"internetMessageId": "<${id.slice(9)}@example.com>"`

const reclassified = (id: string, at: number, draw: number, end: string): VendorRecord => ({
  text: `${updateStart(id)}${verdictObject(at, draw, 'user')}, ${messageId(id)}}${end}`,
  time: at,
})

const remediated = (id: string, at: number, draw: number, end: string): VendorRecord => ({
  text: `${updateStart(id)}${actionObject(at, draw, 'manual')}, ${messageId(id)}}${end}`,
  time: at,
})

function reclassifiedAndRemediated(id: string, at: number, draw: number, end: string): VendorRecord {
  const verdictLast = (draw & 1) === 0
  const verdict = verdictObject(verdictLast ? at + 750 : at, draw, 'user')
  const action = actionObject(verdictLast ? at : at + 750, draw, 'manual')
  return { text: `${updateStart(id)}${verdict}, ${action}, ${messageId(id)}}${end}`, time: at + 750 }
}

/** Nothing in it has a time: the hour of the log is all there is. */
const withoutTime = (id: string, start: number, end: string): VendorRecord => ({
  text: `${updateStart(id)}${messageId(id)}}${end}`,
  time: start,
})

const detections =
  '"detections": [{"technique": "Low content reputation", "type": "", "description": ""}, ' +
  '{"technique": "Malicious URL", "type": "url", "description": "https://www.example.com/?a=1&b=<2>"}, ' +
  '{"technique": "Frequent sender for recipient\'s domain", "type": "email_sender", "description": "é\\u00e9"}]'

function verdictObject(at: number, draw: number, by: string): string {
  const verdict = verdicts[(draw >>> 9) % verdicts.length]
  return (
    `"verdict": {"category": "${verdict}", ${detections}, "isAutoRemediated": ${by === 'automatic'}, ` +
    `"verdict": "${verdict}", "timestamp": "${instantText(at, 3 + (draw % 7), draw % 1_000_000)}", "reclassifiedBy": "${by}"}`
  )
}

function actionObject(at: number, draw: number, by: string): string {
  return (
    `"action": {"action": "move", "timestamp": "${instantText(at, 3 + ((draw >>> 3) % 7), draw % 999_999)}", ` +
    `"remediatedBy": "${by}", "publicApiClientId": "", "folder": "${folders[draw % 3]}"}`
  )
}
