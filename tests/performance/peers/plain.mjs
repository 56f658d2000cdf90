// A plain collector: fetches, parses every record, and writes it as an event. What a careful engineer writes first.
// node plain.mjs etd <url> … | tmes <url> <user> <key> <start> <end> | pangea <url> <token> <start> <end> [<end> …]
import { once } from 'node:events'
import http from 'node:http'
import { createGunzip } from 'node:zlib'

const [kind, url, ...rest] = process.argv.slice(2)
const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

async function write(text) {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain')
}

async function event(record, time, source) {
  await write(
    `<event stanza="peer" unbroken="1"><time>${(Date.parse(time) / 1000).toFixed(3)}</time><source>${source}</source><data>${escaped(JSON.stringify(record))}</data><done/></event>\n`,
  )
}

const open = (address, options = {}, body = undefined) =>
  new Promise((resolve, reject) => http.request(address, options, resolve).on('error', reject).end(body))

async function json(address, options, body) {
  let text = ''
  const answer = await open(address, options, body)
  answer.setEncoding('utf8')
  for await (const chunk of answer) text += chunk
  return text === '' ? undefined : JSON.parse(text)
}

await write('<stream>\n')
if (kind === 'etd') {
  for (const address of [url, ...rest]) {
    const answer = await open(address)
    const plain = answer.headers['content-encoding'] === 'gzip' ? answer.pipe(createGunzip()) : answer
    plain.setEncoding('utf8')
    let unfinished = ''
    // Not node:readline, which also splits at U+2028 inside a string.
    for await (const chunk of plain) {
      const lines = (unfinished + chunk).split('\n')
      unfinished = lines.pop() ?? ''
      for (const line of lines) {
        const record = JSON.parse(line)
        await event(
          record,
          record.message.timestamp ?? record.message.verdict?.timestamp ?? record.message.action?.timestamp,
          'etd',
        )
      }
    }
  }
} else if (kind === 'tmes') {
  const [user, key, start, end] = rest
  let token = ''
  do {
    const page = await json(
      `${url}/api/v1/log/mailtrackinglog?type=accepted_traffic&start=${start}&end=${end}&limit=500${token}`,
      { auth: `${user}:${key}` },
    )
    for (const record of page?.logs ?? []) await event(record, record.genTime, 'tmes')
    token = page?.nextToken
      ? `&token=${page.nextToken.includes('%') ? page.nextToken : encodeURIComponent(page.nextToken)}`
      : ''
  } while (token)
} else {
  const [token, ...bounds] = rest
  const call = (path, body) =>
    json(
      `${url}${path}`,
      { method: 'POST', headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' } },
      JSON.stringify(body),
    )
  const limit = 500
  for (let window = 1; window < bounds.length; window++) {
    const search = await call('/v1/search', {
      query: '',
      start: bounds[window - 1],
      end: bounds[window],
      order: 'asc',
      order_by: 'received_at',
      limit,
      max_results: 10000,
    })
    for (let offset = 0; offset < search.result.count; offset += limit) {
      const page = offset === 0 ? search : await call('/v1/results', { id: search.result.id, limit, offset })
      for (const record of page.result.events) await event(record, record.envelope.received_at, 'pangea')
    }
  }
}
await write('</stream>\n')
