import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { readDocument } from './read-stdin.ts'
import { parseStdinDocument } from './stdin-document.ts'

const head =
  '<server_host>head.example.com</server_host><server_uri>https://127.0.0.1:8089</server_uri><session_key>key</session_key>'

describe('parseStdinDocument', () => {
  it('reads a run, whatever the order of its parts', () => {
    const { serverHost, serverUri, sessionKey, stanzas } = parseStdinDocument(
      `<?xml version="1.0" encoding="utf-16"?>
       <input><checkpoint_dir>/x</checkpoint_dir><configuration>
         <stanza name="cisco_etd://mail &amp; more" app="search">
           <param name="client_secret"> &lt;s&amp;"é' </param><param name="index">0010</param><param name="empty"></param>
           <param_list name="log_types"><value>message</value><value>audit</value></param_list>
         </stanza></configuration>${head}</input>`,
    )
    expect({ serverHost, serverUri, key: sessionKey.reveal() }).toEqual({
      serverHost: 'head.example.com',
      serverUri: 'https://127.0.0.1:8089',
      key: 'key',
    })
    const [stanza] = stanzas
    expect(stanza).toMatchObject({ name: 'cisco_etd://mail & more', app: 'search' })
    expect(Object.fromEntries(stanza?.parameters ?? [])).toEqual({
      client_secret: ` <s&"é' `,
      index: '0010',
      empty: '',
      log_types: 'message,audit',
    })
  })

  it('shows the session key to nobody', () => {
    const document = parseStdinDocument(`<input>${head}<configuration/></input>`)
    expect(JSON.stringify(document)).not.toContain('"key"')
  })

  it.each([
    ['without a stanza', `<input>${head}<configuration></configuration></input>`],
    ['without a configuration', `<input>${head}</input>`],
  ])('reads a run %s', (_, xml) => {
    expect(parseStdinDocument(xml).stanzas).toEqual([])
  })

  it('reads what validation asks', () => {
    const xml = `<items>${head}<item name="mail"><param name="region">us</param></item></items>`
    const [item] = parseStdinDocument(xml).stanzas
    expect(item?.name).toBe('mail')
    expect(item?.parameters.get('region')).toBe('us')
  })

  it.each([
    ['no XML', 'hello', /splunkd writes/],
    ['XML that breaks off', `<input>${head}<configuration>`, /well-formed|lacks/],
    ['another document', '<scheme/>', /lacks/],
    ['no session', '<input><server_uri>https://h:8089</server_uri></input>', /lacks/],
  ])('refuses %s', (_, xml, message) => {
    expect(() => parseStdinDocument(xml)).toThrow(message)
  })
})

describe('readDocument', () => {
  it('does not wait for the end of the stream, and puts split characters together', async () => {
    const bytes = Buffer.from('<input>é</input>\nmore')
    const pipe = new Readable({ read: () => undefined })
    for (const byte of bytes) pipe.push(Buffer.from([byte]))
    expect(await readDocument(pipe, '</input>')).toBe('<input>é</input>')
  })

  it('says what is missing when the stream ends before', async () => {
    await expect(readDocument(Readable.from([Buffer.from('<input>')]), '</input>')).rejects.toThrow(
      /<\/input> on stdin/,
    )
  })
})
