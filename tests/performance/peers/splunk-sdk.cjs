// The same work with splunk-sdk 1.11 for JavaScript, the last with modular inputs, and axios: as its examples do it.
const axios = require('axios')
const splunkjs = require('splunk-sdk')
const { Event, EventWriter } = splunkjs.ModularInputs

const [kind, url, ...rest] = process.argv.slice(2)
const writer = new EventWriter()

async function write(record, time, source) {
  const event = new Event({
    stanza: 'peer',
    data: JSON.stringify(record),
    time: (Date.parse(time) || Date.now()) / 1000,
    source,
  })
  writer.writeEvent(event)
}

async function main() {
  if (kind === 'etd') {
    for (const address of [url, ...rest]) {
      const { data } = await axios.get(address, {
        responseType: 'text',
        transformResponse: (text) => text,
        maxContentLength: Infinity,
      })
      for (const line of data.split('\n')) {
        if (line === '') continue
        const record = JSON.parse(line)
        await write(
          record,
          record.message.timestamp ?? record.message.verdict?.timestamp ?? record.message.action?.timestamp,
          'etd',
        )
      }
    }
  } else if (kind === 'tmes') {
    const [username, password, start, end] = rest
    let token = ''
    do {
      const { data } = await axios.get(
        `${url}/api/v1/log/mailtrackinglog?type=accepted_traffic&start=${start}&end=${end}&limit=500${token}`,
        { auth: { username, password } },
      )
      for (const record of data.logs ?? []) await write(record, record.genTime, 'tmes')
      token = data.nextToken
        ? `&token=${data.nextToken.includes('%') ? data.nextToken : encodeURIComponent(data.nextToken)}`
        : ''
    } while (token)
  } else {
    const [token, ...bounds] = rest
    const call = async (path, body) =>
      (await axios.post(`${url}${path}`, body, { headers: { Authorization: `Bearer ${token}` } })).data.result
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
      for (let offset = 0; offset < search.count; offset += limit) {
        const page = offset === 0 ? search : await call('/v1/results', { id: search.id, limit, offset })
        for (const record of page.events) await write(record, record.envelope.received_at, 'pangea')
      }
    }
  }
  writer.close()
}
main()
