import { EtdStandin } from '../standins/etd/etd.ts'
import { messageSeries } from '../standins/etd/messages.ts'
import { fillLog } from '../standins/pangea/fill.ts'
import { PangeaStandin } from '../standins/pangea/pangea.ts'
import { TmesStandin } from '../standins/tmes/tmes.ts'
import { acceptedTraffic } from '../standins/tmes/traffic.ts'
import { hourOf } from '../standins/vendor/clock.ts'

const hour = 3_600_000
/** Records in one object of Cisco ETD: some 110 MB, near the 128 MB at which such exports begin the next. */
const recordsOfObject = 100_000

/** One kind of work: a vendor that serves so many records, and how each contender is told to fetch them. */
export interface Workload {
  readonly name: string
  readonly scheme: string
  readonly settings: Readonly<Record<string, string>>
  readonly secrets: Readonly<Record<string, string>>
  /** Arguments of the peers' scripts. */
  peerArguments(): Promise<string[]>
  /** Arguments of curl, where fetching alone is the yardstick. */
  readonly curl?: () => Promise<string[]>
  stop(): Promise<void>
}

/** Objects of Cisco ETD message events, about 1 KB each. */
export async function etdObjects(records: number, form: 'plain' | 'gzip'): Promise<Workload> {
  const etd = new EtdStandin({
    settings: { keepLargeObjects: true, limits: { perSecond: 1000, burst: 1000, perDay: 1_000_000 } },
  })
  await etd.start()
  const start = hourOf(Date.now()) - 2 * hour
  for (let left = records, seed = 1; left > 0; left -= recordsOfObject, seed++) {
    const count = Math.min(left, recordsOfObject)
    etd.addObject({
      type: 'message',
      hour: start,
      records: messageSeries({ seed, count, tenant: etd.tenant, hour: start }),
      ...(form === 'gzip' ? { form: { gzip: 'single', contentEncoding: true } as const } : {}),
    })
  }
  const links = async (): Promise<string[]> => {
    const { clientId, clientSecret, apiKey } = etd.credentials
    const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64')
    const ask = async (path: string, headers: Record<string, string>, body?: string): Promise<string> => {
      const answer = await fetch(`${etd.url}${path}`, {
        method: 'POST',
        headers: { 'x-api-key': apiKey, ...headers },
        ...(body === undefined ? {} : { body }),
      })
      return answer.text()
    }
    const token = /"accessToken":\s*"([^"]+)"/.exec(
      await ask('/v1/oauth/token', { Authorization: `Basic ${basic}` }),
    )?.[1]
    const range = [start, start + hour].map((time) => new Date(time).toISOString().slice(0, 13))
    const answer = await ask(
      '/v1/logs/downloadLinks',
      { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      JSON.stringify({ timeRange: range, logTypes: ['message'] }),
    )
    return [...answer.matchAll(/"(https?:[^"]+)"/g)].map(([, link = '']) => link)
  }
  return {
    name: `ETD ${form}`,
    scheme: 'cisco_etd',
    settings: {
      base_url: etd.url,
      client_id: etd.credentials.clientId,
      log_types: 'message',
      requests_per_second: '1000',
    },
    secrets: { client_secret: etd.credentials.clientSecret, api_key: etd.credentials.apiKey },
    peerArguments: async () => ['etd', ...(await links())],
    curl: async () => [
      '--silent',
      '--fail',
      ...(form === 'gzip' ? ['--compressed'] : []),
      ...(await links()),
    ],
    stop: () => etd.stop(),
  }
}

/** Pages of Trend Micro's accepted traffic over two days. */
export async function trendMicroPages(records: number): Promise<Workload> {
  const tmes = new TmesStandin()
  await tmes.start()
  const to = Date.now() - 2 * 60_000
  const from = to - 48 * hour
  tmes.addRecords({
    type: 'accepted_traffic',
    records: acceptedTraffic({ seed: 1, count: records, from, to }),
  })
  const { username, apiKey } = tmes.credentials
  const instant = (time: number): string => new Date(time).toISOString()
  return {
    name: 'Trend Micro pages',
    scheme: 'trendmicro_email',
    settings: { base_url: tmes.url, username, log_types: 'accepted_traffic', start_time: '-60h' },
    secrets: { api_key: apiKey },
    peerArguments: async () => [
      'tmes',
      tmes.url,
      username,
      apiKey,
      instant(from - hour),
      instant(to + 60_000),
    ],
    stop: () => tmes.stop(),
  }
}

/** Pages of Pangea's audit log, verified or not. */
export async function pangeaPages(records: number, verify: boolean): Promise<Workload> {
  const pangea = new PangeaStandin()
  await pangea.start()
  const to = Date.now() - 60_000
  const from = to - 10 * 24 * hour
  fillLog(pangea.log, { seed: 1, from, to, records, customShare: 0, signedShare: 0.1 })
  const instant = (time: number): string => new Date(time).toISOString()
  const windows = Math.ceil(records / 8_000)
  return {
    name: `Pangea pages, ${verify ? 'verified' : 'not verified'}`,
    scheme: 'pangea_audit',
    settings: { base_url: pangea.url, start_time: '-11d', verify: String(verify) },
    secrets: { token: pangea.token },
    // Windows that hold less than the 10,000 records that one search gives.
    peerArguments: async () => [
      'pangea',
      pangea.url,
      pangea.token,
      ...Array.from({ length: windows + 1 }, (_, bound) => instant(from + ((to - from) / windows) * bound)),
    ],
    stop: () => pangea.stop(),
  }
}
