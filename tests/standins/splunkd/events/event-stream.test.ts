import { expect, test } from 'vitest'
import { EventStream } from './event-stream.ts'

interface Seen {
  readonly data: string
  readonly [field: string]: unknown
}

/** Parses a stream cut into pieces of `size` bytes. */
function parse(
  stream: string | Buffer,
  size = Number.POSITIVE_INFINITY,
): { stream: EventStream; seen: Seen[] } {
  const seen: Seen[] = []
  const parser = new EventStream((event) => seen.push({ ...event, data: event.data.toString('utf8') }))
  const bytes = Buffer.from(stream)
  for (let at = 0; at < bytes.length; at += size) parser.push(bytes.subarray(at, at + size))
  return { stream: parser, seen }
}

const one = (data: string): string => `<stream><event><data>${data}</data></event></stream>`

const WHOLE = `<?xml version="1.0" encoding="UTF-8"?>
<stream><event stanza="etd://a&amp;b" unbroken="1"><time>1700000000.123</time><source>etd:x</source>
<sourcetype>cisco:etd:message</sourcetype><index>mail</index><host>h</host><data>{"a":"ä &lt;b&gt; &#x41; 😀 \uFFFD"}</data><done/></event>
<event><data><![CDATA[<raw> & </event> ]]>tail</data></event>
</stream>
`

test.each([1, 2, 7, 64, 10_000])('reads a stream that comes in pieces of %i bytes', (size) => {
  const { stream, seen } = parse(WHOLE, size)
  expect(stream).toMatchObject({ violation: undefined, closed: true, events: 2, pending: 0 })
  expect(seen).toEqual([
    {
      stanza: 'etd://a&b',
      unbroken: true,
      time: '1700000000.123',
      source: 'etd:x',
      sourcetype: 'cisco:etd:message',
      index: 'mail',
      host: 'h',
      done: true,
      data: '{"a":"ä <b> A 😀 \uFFFD"}',
    },
    expect.objectContaining({
      stanza: undefined,
      unbroken: false,
      done: false,
      data: '<raw> & </event> tail',
    }),
  ])
})

test('accepts a stream that is cut, and drops the partial event', () => {
  const { stream, seen } = parse('<stream><event><data>a</data></event><event><data>b</da')
  expect(seen.map(({ data }) => data)).toEqual(['a'])
  expect(stream).toMatchObject({ violation: undefined, closed: false, pending: 18 })
})

test.each([
  ['a control character', one('a\u0001b'), 'Control character 0x01'],
  ['a NUL', one('a\0b'), 'Control character 0x00'],
  ['U+FFFF', one('a\uFFFFb'), 'U+FFFE or U+FFFF'],
  ['a reference to a control character', one('&#x1;'), 'not an XML character'],
  ['a reference to a surrogate', one('&#xD800;'), 'not an XML character'],
  ['an unknown entity', one('&nbsp;'), 'Unknown entity &nbsp;'],
  ['a bare ampersand', one('fish & chips and more'), 'bare &'],
  ['a bare <', one('a < b'), '</data> was expected'],
  [']]> in text', one('a]]>b'), ']]> in the text'],
  [
    'bytes that are not UTF-8',
    Buffer.concat([
      Buffer.from('<stream><event><data>'),
      Buffer.from([0xc3, 0x28]),
      Buffer.from('</data></event>'),
    ]),
    'not UTF-8',
  ],
  ['text before the stream', 'starting up\n<stream>', 'does not begin with <stream>'],
  ['text between events', '<stream>hello<event>', 'Neither an event'],
  ['an event in an event', '<stream><event><event><data>x</data></event></event>', 'Unknown element <event>'],
  ['an event without data', '<stream><event><time>1</time></event>', 'without <data>'],
  [
    'a time that is none',
    '<stream><event><time>2026-01-01</time><data>x</data></event>',
    'not epoch seconds',
  ],
  ['two data', '<stream><event><data>x</data><data>y</data></event>', 'twice'],
  ['output after the end', `${one('x')}more`, 'after </stream>'],
  ['tags that do not match', '<stream><event><data>x</date></event>', '</data> was expected'],
  ['an attribute without quotes', '<stream><event unbroken=1><data>x</data></event>', 'Malformed attribute'],
])('is broken by %s and drops the rest', (_, text, reason) => {
  const bytes = Buffer.from(text)
  for (const size of [bytes.length, 3]) {
    const { stream, seen } = parse(Buffer.concat([bytes, Buffer.from(one('never'))]), size)
    expect(stream.violation).toContain(reason)
    expect(seen.map(({ data }) => data)).not.toContain('never')
  }
})

test('keeps the events before a violation', () => {
  const { stream, seen } = parse('<stream><event><data>good</data></event><event><data>\u0002</data></event>')
  expect(seen.map(({ data }) => data)).toEqual(['good'])
  expect(stream.violation).toContain('after 1 whole events')
})
