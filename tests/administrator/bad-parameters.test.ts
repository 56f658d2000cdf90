import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { CertificateAuthority } from '../standins/certificates.ts'
import { check, unreached } from './checking.ts'

const folder = mkdtempSync(join(tmpdir(), 'mailtrail-ca-'))
const file = (name: string, content: string): string => {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}
const missing = join(folder, 'nowhere.pem')
const empty = file('empty.pem', '')
const keyOnly = file('key.pem', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n')
const damaged = file('damaged.pem', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n')
const half = file(
  'half.pem',
  `${new CertificateAuthority().cert}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`,
)
afterAll(() => rmSync(folder, { recursive: true }))

type Row = readonly [what: string, scheme: string, change: Record<string, string>, message: RegExp]

const etd = 'cisco_etd'
const pangea = 'pangea_audit'
const tmes = 'trendmicro_email'

const rows: readonly Row[] = [
  ['no region and no base URL', etd, { base_url: '' }, /region is missing; choose yours, or give base_url/],
  ['an unknown region', etd, { region: 'eu' }, /region must be one of us, de, au, in, ae \(it is "eu"\)/],
  ['a region in capitals', etd, { region: 'US' }, /region must be one of us/],
  ['no client ID', etd, { client_id: '' }, /client_id is missing/],
  ['blanks for a client ID', etd, { client_id: '   ' }, /client_id is missing/],
  ['a client ID with a colon', etd, { client_id: 'a:b' }, /client_id must not hold a colon/],
  ['a client ID over two lines', etd, { client_id: 'a\nb' }, /client_id must not hold control characters/],
  ['no client password', etd, { client_secret: '' }, /client_secret is missing/],
  ['no API key', etd, { api_key: '' }, /api_key is missing/],
  [
    'three things missing',
    etd,
    { client_id: '', api_key: '', client_secret: '' },
    /client_id is missing; client_secret is missing; api_key is missing/,
  ],
  ['a secret with a line break', etd, { api_key: 'key\n' }, /api_key must not hold line breaks/],
  [
    'a secret with a blank before it',
    etd,
    { api_key: ' key' },
    /api_key begins or ends with a blank; copy it again/,
  ],
  [
    'a secret with a blank behind it',
    etd,
    { client_secret: 'secret ' },
    /client_secret begins or ends with a blank/,
  ],
  [
    'a secret with a typographic quote',
    etd,
    { api_key: '“key”' },
    /api_key holds a character that no such secret has/,
  ],
  ['seven asterisks', etd, { api_key: '*******' }, /api_key consists of asterisks; type all of it/],
  ['nine asterisks', etd, { api_key: '*********' }, /api_key consists of asterisks/],
  [
    'a mask and nothing stored',
    etd,
    { api_key: '********' },
    /stored api_key of input checked is missing.*type api_key in again/,
  ],
  [
    'a base URL without a scheme',
    etd,
    { base_url: 'api.us.etd.cisco.com' },
    /base_url is not a URL such as https:/,
  ],
  ['a base URL of another scheme', etd, { base_url: 'ftp://api.us.etd.cisco.com' }, /base_url is not a URL/],
  [
    'a base URL in clear text',
    etd,
    { base_url: 'http://api.us.etd.cisco.com' },
    /base_url must begin with https:/,
  ],
  [
    'a base URL in clear text to a private address',
    etd,
    { base_url: 'http://10.0.0.1' },
    /base_url must begin with https:/,
  ],
  [
    'a base URL with a query',
    etd,
    { base_url: 'https://api.example.com/?a=b' },
    /base_url must not hold a query or fragment/,
  ],
  [
    'a base URL with a fragment',
    etd,
    { base_url: 'https://api.example.com/#a' },
    /base_url must not hold a query or fragment/,
  ],
  ['a base URL with a blank', etd, { base_url: 'https://api.example.com/a b' }, /base_url is not a URL/],
  [
    'a base URL with a password',
    etd,
    { base_url: 'https://me:hush@api.example.com' },
    /base_url must not hold a user name or password \(it is "https:\/\/…@api.example.com"\)/,
  ],
  [
    'a base URL with an impossible port',
    etd,
    { base_url: 'https://api.example.com:99999' },
    /base_url is not a URL/,
  ],
  [
    'no log type',
    etd,
    { log_types: ' , ' },
    /log_types must name at least one of message, audit, connection/,
  ],
  [
    'a log type that cannot be one',
    etd,
    { log_types: 'message,au dit' },
    /log_types may hold letters, digits, dots, dashes and underscores only/,
  ],
  [
    'a look-back of nothing',
    etd,
    { lookback_hours: '0' },
    /lookback_hours must be a whole number from 1 to 72 \(it is "0"\)/,
  ],
  [
    'a look-back of too much',
    etd,
    { lookback_hours: '73' },
    /lookback_hours must be a whole number from 1 to 72/,
  ],
  ['half an hour of look-back', etd, { lookback_hours: '1.5' }, /lookback_hours must be a whole number/],
  ['words for a number', etd, { lookback_hours: 'six' }, /lookback_hours must be a whole number/],
  ['a negative number', etd, { lookback_hours: '-6' }, /lookback_hours must be a whole number/],
  [
    'no rate at all',
    etd,
    { requests_per_second: '0' },
    /requests_per_second must be a number from 0.1 to 1000/,
  ],
  ['a rate with a comma', etd, { requests_per_second: '2,5' }, /requests_per_second must be a number/],
  ['an exponent', etd, { requests_per_second: '1e3' }, /requests_per_second must be a number/],
  [
    'a budget too small to do anything',
    etd,
    { requests_per_day: '9' },
    /requests_per_day must be a whole number from 10/,
  ],
  ['a hexadecimal budget', etd, { requests_per_day: '0x1000' }, /requests_per_day must be a whole number/],
  [
    'a start time in words',
    etd,
    { start_time: 'yesterday' },
    /start_time must be an ISO 8601 instant .* or relative to now/,
  ],
  ['a start time without its minus', etd, { start_time: '24h' }, /start_time must be an ISO 8601 instant/],
  ['a start time of an unknown unit', etd, { start_time: '-2y' }, /start_time must be an ISO 8601 instant/],
  [
    'a day that does not exist',
    etd,
    { start_time: '2026-02-30T00:00:00Z' },
    /start_time must be an ISO 8601 instant/,
  ],
  [
    'a start time in American order',
    etd,
    { start_time: '11/01/2026' },
    /start_time must be an ISO 8601 instant/,
  ],
  ['a start time to come', etd, { start_time: '2999-01-01T00:00:00Z' }, /start_time lies in the future/],
  ['an unknown log level', etd, { log_level: 'TRACE' }, /log_level must be one of DEBUG, INFO, WARN, ERROR/],
  [
    'an interval in words',
    etd,
    { interval: '5m' },
    /interval must be seconds, such as 300, or a cron schedule/,
  ],
  ['a cron schedule of four fields', etd, { interval: '*/5 * * *' }, /interval must be seconds/],
  [
    'a proxy without a scheme',
    etd,
    { proxy_url: 'proxy.example.com:3128' },
    /proxy_url is not a URL such as http:/,
  ],
  [
    'a SOCKS proxy',
    etd,
    { proxy_url: 'socks5://proxy.example.com:1080' },
    /proxy_url is not a URL such as http:/,
  ],
  [
    'a proxy with a password inside',
    etd,
    { proxy_url: 'http://me:hush@proxy.example.com:3128' },
    /proxy_url must not hold a user name or password; use proxy_username and proxy_password/,
  ],
  [
    'a proxy with a path',
    etd,
    { proxy_url: 'http://proxy.example.com:3128/proxy.pac' },
    /proxy_url must be http:\/\/host:port or https:\/\/host:port, without a path/,
  ],
  [
    'a proxy user without a proxy',
    etd,
    { proxy_username: 'me' },
    /proxy_url is missing, though proxy_username is set/,
  ],
  [
    'a proxy password without a user',
    etd,
    { proxy_url: 'http://127.0.0.1:9', proxy_password: 'x' },
    /proxy_username is missing, though proxy_password is set/,
  ],
  [
    'a proxy user with a colon',
    etd,
    { proxy_url: 'http://127.0.0.1:9', proxy_username: 'a:b' },
    /proxy_username must not hold a colon/,
  ],
  [
    'a proxy password over two lines',
    etd,
    { proxy_url: 'http://127.0.0.1:9', proxy_username: 'a', proxy_password: 'a\r\nb' },
    /proxy_password must not hold line breaks/,
  ],
  [
    'a CA file that is not there',
    etd,
    { ca_file: missing },
    /ca_file: .*nowhere.pem: there is no such file.*readable for the user that runs Splunk/,
  ],
  ['a CA file that is a directory', etd, { ca_file: folder }, /ca_file: .*it is a directory; name the file/],
  [
    'a CA file by a relative path',
    etd,
    { ca_file: 'roots.pem' },
    /ca_file: roots.pem: it must be an absolute path/,
  ],
  ['a CA file with nothing in it', etd, { ca_file: empty }, /ca_file: .*holds no certificate in PEM form/],
  ['a CA file with a key in it', etd, { ca_file: keyOnly }, /ca_file: .*holds no certificate in PEM form/],
  [
    'a CA file with a damaged certificate',
    etd,
    { ca_file: damaged },
    /ca_file: .*certificate 1 of 1 in it is damaged/,
  ],
  [
    'a CA file with a damaged second one',
    etd,
    { ca_file: half },
    /ca_file: .*certificate 2 of 2 in it is damaged/,
  ],
  [
    'two wrong things at once',
    etd,
    { region: 'xx', lookback_hours: 'x' },
    /region must be one of .*; lookback_hours must be/,
  ],
  ['no domain', pangea, { base_url: '' }, /domain is missing; give the domain of your project/],
  [
    'a domain with a scheme',
    pangea,
    { base_url: '', domain: 'https://audit.aws.us.pangea.cloud' },
    /domain must be a host name such as aws.us.pangea.cloud/,
  ],
  ['no token', pangea, { token: '' }, /token is missing/],
  [
    'a token with a blank of another kind',
    pangea,
    { token: 'pts\u202ftoken' },
    /token holds a character that no such secret has/,
  ],
  ['neither true nor false', pangea, { verify: 'maybe' }, /verify must be true or false \(it is "maybe"\)/],
  [
    'a signing key that is none',
    pangea,
    { signing_keys: 'AAAA' },
    /signing_keys must be base64 of raw 32-byte ed25519 public keys/,
  ],
  [
    'an overlap of nothing',
    pangea,
    { overlap_minutes: '0' },
    /overlap_minutes must be a whole number from 1/,
  ],
  [
    'an unknown region',
    tmes,
    { base_url: '', region: 'de' },
    /region must be one of us, eu, anz, jp, sg, in, ae, uk/,
  ],
  ['no region and no base URL', tmes, { base_url: '' }, /region is missing; choose yours/],
  ['no user name', tmes, { username: '' }, /username is missing/],
  ['a user name with a colon', tmes, { username: 'a:b' }, /username must not hold a colon/],
  [
    'an unknown log type',
    tmes,
    { log_types: 'accepted' },
    /log_types may only name accepted_traffic, blocked_traffic/,
  ],
  ['an unknown direction', tmes, { direction: 'both' }, /direction must be one of in, out/],
  [
    'an address for a domain',
    tmes,
    { domain: 'postmaster@example.com' },
    /domain must be one domain of yours/,
  ],
  ['two domains', tmes, { domain: 'example.com, example.org' }, /domain must be one domain of yours/],
  [
    'an overlap of more than a day',
    tmes,
    { overlap_minutes: '1441' },
    /overlap_minutes must be a whole number from 1 to 1440/,
  ],
  ['too long a lag', tmes, { lag_seconds: '3601' }, /lag_seconds must be a whole number from 0 to 3600/],
]

describe('A parameter that is wrong', () => {
  it.each(rows)('%s (%s): the message names it and the fix', async (_what, scheme, change, message) => {
    const { message: told, steps } = await check(scheme, { ...unreached[scheme], ...change })
    expect(told).toMatch(message)
    expect(told).not.toMatch(/hush|undefined|\[object/)
    expect(steps.filter((step) => step !== 'parameters')).toEqual([])
  })

  it('is one of sixty and more', () => {
    expect(rows.length).toBeGreaterThanOrEqual(60)
  })

  it('is never a right one', async () => {
    for (const scheme of [etd, pangea, tmes]) {
      const right = { start_time: '-7d', interval: '*/5 * * * *', log_level: 'DEBUG', proxy_url: '' }
      const { message, steps } = await check(scheme, { ...unreached[scheme], ...right })
      expect(steps).toContain('parameters')
      expect(message).toMatch(/127\.0\.0\.1:9: the connection is refused; check region or base_url/)
    }
  })
})
