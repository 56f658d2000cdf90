import { second } from '../vendor/clock.ts'
import { instantText } from '../vendor/instants.ts'
import { compact } from '../vendor/json-text.ts'
import { oddNumbers, oddText } from '../vendor/odd-text.ts'
import { mix, uuidAt } from '../vendor/random.ts'
import type { TrackingRecord, TrackingSeries } from './rows.ts'

export interface TrafficOptions {
  readonly seed: number
  readonly count: number
  /** The times of the logs are spread evenly from here (inclusive) to there (exclusive), epoch milliseconds. */
  readonly from: number
  readonly to: number
  /** One record in so many is an odd one; 50 when left out. */
  readonly oddEvery?: number
}

const domains = ['example.com', 'example.net', 'example.org']
const outcomes = [
  'Delivered',
  'Delivered',
  'Delivered',
  'Bounced',
  'Deferred',
  'Quarantined',
  'Deleted',
  'Expired',
]
const hops = ['2.2.2.2', 'none', 'antispam.example.org[5.6.7.8]:25', '2001:db8::25']
const senderAddresses = ['1.1.1.1', '198.51.100.7', '2001:db8::7']
const tls = [
  'upstreamTLS: TLS 1.2; downstreamTLS: TLS 1.3',
  'upstreamTLS: TLS 1.3',
  'upstreamTLS: TLS 1.2; downstreamTLS: None',
]
const reasons = [
  'Sender IP reputation',
  'Message size limit exceeded',
  'Rate limit temporarily exceeded',
  'Invalid recipient',
]
const subjects = ['Quarterly figures', 'Ihre Bestellung', 'Votre facture n°', '会議の資料']
const urlLists = Array.from({ length: 8 }, (_, n) =>
  Array.from({ length: 1 + (n % 4) }, (_, m) => `"https://www${m}.example.com/${n}?a=1&b=<${m}>"`).join(','),
)
const numbers = compact(oddNumbers)

interface Draft {
  readonly index: number
  readonly draw: number
  readonly isOdd: boolean
  /** Epoch milliseconds of genTime, and the digits of a second that it is written with. */
  readonly genTime: number
  readonly genText: string
  readonly timestamp: number
  readonly direction: 'in' | 'out'
  readonly domain: string
}

/** genTime has no fraction as a rule; 3 and 5 digits occur. */
const digitsOf = (draw: number): number => [0, 0, 0, 0, 0, 0, 3, 5][(draw >>> 5) & 7]!

function draft(options: TrafficOptions, index: number): Draft {
  const draw = mix(options.seed, index)
  const exact = options.from + Math.floor((index * (options.to - options.from)) / options.count)
  const digits = digitsOf(draw)
  const whole = Math.floor(exact / second) * second
  // Cutting the fraction must not move a log out of its range.
  const genTime = digits === 0 && whole >= options.from ? whole : exact
  const lag = ((draw >>> 12) % 80) * second
  return {
    index,
    draw,
    isOdd: draw % (options.oddEvery ?? 50) === 0,
    genTime,
    genText: instantText(
      genTime,
      genTime === whole && digits === 0 ? 0 : Math.max(3, digits),
      draw % 1_000_000,
    ),
    timestamp: whole - lag,
    direction: (draw & 3) === 0 ? 'out' : 'in',
    domain: domains[(draw >>> 2) % domains.length]!,
  }
}

const finished = (made: Draft, text: string, hasGenTime: boolean): TrackingRecord => ({
  text,
  time: hasGenTime ? made.genTime : made.timestamp,
  timestamp: made.timestamp,
  direction: made.direction,
  domain: made.domain,
})

/** Accepted traffic in the members of the page, one log for each recipient: three logs share a `mailID`. */
export const acceptedTraffic = (options: TrafficOptions): TrackingSeries => ({
  count: options.count,
  at: (index) => accepted(options, draft(options, index)),
})

function accepted({ seed }: TrafficOptions, made: Draft): TrackingRecord {
  const { draw, index, isOdd, timestamp, direction, domain } = made
  const mail = Math.floor(index / 3)
  const mailDraw = mix(seed ^ 0x3a11, mail)
  const id = uuidAt(seed, mail)
  const isScanning = (draw >>> 9) % 16 === 0
  const action = isScanning ? 'Scanning in sandbox' : outcomes[(draw >>> 9) % outcomes.length]!
  const isSent = ['Delivered', 'Bounced', 'Deferred', 'Expired'].includes(action)
  const hasGenTime = !(isOdd && (draw >>> 16) % 8 === 0)
  const subject = isOdd
    ? oddText[(draw >>> 10) % oddText.length]!
    : `${subjects[mailDraw & 3]} ${mailDraw % 100_000}`
  const headerTo = `user${mailDraw % 97}@${domain}`
  const text =
    `{${hasGenTime ? `"genTime":"${made.genText}",` : ''}"timestamp":"${instantText(timestamp)}",` +
    (isSent ? `"deliveryTime":"${instantText(timestamp + 5 * second)}",` : '') +
    `"sender":"bounce-${mailDraw}@partner.example.org","direction":"${direction}",` +
    `"messageID":"<${id}.${mailDraw}@mta.example.org>","subject":"${subject}","size":${1000 + (mailDraw % 3_000_000)},` +
    `"mailID":"${id}","recipient":"user${index % 3}.${mailDraw % 97}@${domain}","action":"${action}",` +
    (isSent
      ? `"tlsInfo":"${tls[mailDraw % 3]}","senderIP":"${senderAddresses[mailDraw % 3]}","deliveredTo":"${hops[mailDraw & 3]}",`
      : '') +
    (isOdd ? `${numbers},"policy":{"genTime":"2001-01-01T00:00:00Z","rules":[[],{}]},` : '') +
    `"headerFrom":"header_sender@partner.example.org",` +
    `"headerTo":${isOdd ? `"${headerTo}"` : `["${headerTo}","team@${domain}"]`},` +
    `"attachments":[{"fileName":"report ${mailDraw % 1000}.pdf","sha256":"${id.replaceAll('-', '').repeat(2)}"}],` +
    `"embeddedUrls":[${urlLists[mailDraw & 7]}]` +
    (isSent ? `,"details":"250 2.0.0 Ok: queued as ${draw.toString(16).toUpperCase()}"}` : '}')
  return finished(made, text, hasGenTime)
}

/** Blocked traffic: refused before the message came, so without subject, header and size. */
export const blockedTraffic = (options: TrafficOptions): TrackingSeries => ({
  count: options.count,
  at: (index) => blocked(options, draft(options, index)),
})

function blocked({ seed }: TrafficOptions, made: Draft): TrackingRecord {
  const { draw, index, isOdd, timestamp, direction, domain } = made
  const reason = reasons[(draw >>> 7) & 3]!
  const details = isOdd
    ? oddText[(draw >>> 10) % oddText.length]!
    : `Blocked: ${reason} (attempt ${1 + (index % 3)})`
  const text =
    `{"genTime":"${made.genText}","timestamp":"${instantText(timestamp)}",` +
    `"sender":"spam${draw % 5000}@unknown.example.net","direction":"${direction}","mailID":"${uuidAt(seed, index)}",` +
    `"recipient":"user${draw % 997}@${domain}","action":"Blocked","reason":"${reason}",` +
    `"senderIP":"203.0.113.${draw & 255}","details":"${details}"}`
  return finished(made, text, true)
}
