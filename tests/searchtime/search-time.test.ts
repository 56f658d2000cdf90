import { describe, expect, it } from 'vitest'
import { type App, type AppText, parseApp } from './app.ts'
import { documentedReading, type FoundEvent, searchTime } from './search-time.ts'

const app = (confs: Partial<AppText['confs']>, lookups: AppText['lookups'] = {}): App =>
  parseApp({
    confs: { props: '', transforms: '', eventtypes: '', tags: '', macros: '', savedsearches: '', ...confs },
    lookups,
  })

const find = (of: App, raw: string, source = 's'): FoundEvent =>
  searchTime(of, { raw, sourcetype: 'a:b', source, time: 0 })

const props = (...lines: string[]): string => `[a:b]\n${lines.join('\n')}\n`

describe('search time, in the order of the Knowledge Manager Manual', () => {
  it('calculates fields in parallel: the example of props.conf.spec', () => {
    const { fields } = find(
      app({ props: props('KV_MODE = json', 'EVAL-x = y*2', 'EVAL-y = 100') }),
      '{"y": 3}',
    )
    expect(fields.get('x')).toBe(6)
    expect(fields.get('y')).toBe(100)
  })

  it('aliases before it calculates, and looks up after', () => {
    const of = app(
      {
        props: props(
          'KV_MODE = json',
          'FIELDALIAS-a = code AS number',
          'EVAL-twice = number*2',
          'EVAL-named = name',
          'LOOKUP-l = names twice OUTPUT name',
        ),
        transforms: '[names]\nfilename = names.csv\n',
      },
      { 'names.csv': 'twice,name\n8,eight\n' },
    )
    const { fields } = find(of, '{"code": 4}')
    expect(fields.get('name')).toBe('eight')
    expect(fields.has('named')).toBe(false)
  })

  it('extracts before automatic extraction, which EXTRACT cannot see', () => {
    const of = app({ props: props('KV_MODE = json', 'EXTRACT-a = "k"\\s*:\\s*"(?<first>\\w+)') })
    expect(find(of, '{"k": "v", "k2": "w"}').fields.get('first')).toBe('v')
    const seeing = app({ props: props('KV_MODE = json', 'EXTRACT-a = (?<x>.+) in k') })
    expect(() => find(seeing, '{"k": "v"}')).toThrow(/order of classes/)
  })

  it('AS removes an alias without a value, ASNEW leaves what is there', () => {
    const alias = (word: string): App =>
      app({ props: props('KV_MODE = json', `FIELDALIAS-a = old ${word} new`) })
    expect(find(alias('AS'), '{"new": "n"}').fields.has('new')).toBe(false)
    expect(find(alias('AS'), '{"old": "o", "new": "n"}').fields.get('new')).toBe('o')
    expect(find(alias('ASNEW'), '{"new": "n"}').fields.get('new')).toBe('n')
    expect(find(alias('ASNEW'), '{"old": "o", "new": "n"}').fields.get('new')).toBe('n')
    expect(find(alias('ASNEW'), '{"old": "o"}').fields.get('new')).toBe('o')
  })

  it('gives JSON fields their names, and several values of an array to one field', () => {
    const { fields } = find(
      app({ props: props('KV_MODE = json') }),
      '{"a": {"b": [{"c": 1.0}, {"c": "x"}], "d": ["p", "q"], "e": []}, "t": true, "n": null, "big": 12345678901234567890}',
    )
    expect(fields.get('a.b{}.c')).toEqual(['1.0', 'x'])
    expect(fields.get('a.d{}')).toEqual(['p', 'q'])
    expect(fields.has('a.e{}')).toBe(false)
    expect(fields.get('t')).toBe('true')
    expect(fields.get('n')).toBe('null')
    expect(fields.get('big')).toBe('12345678901234567890')
  })

  it('reads no further than automatic extraction does', () => {
    const raw = `{"first": "1", "pad": "${'x'.repeat(11_000)}", "last": "2"}`
    const { fields } = find(app({ props: props('KV_MODE = json') }), raw)
    expect(fields.get('first')).toBe('1')
    expect(fields.has('pad')).toBe(false)
    expect(fields.has('last')).toBe(false)
    const none = searchTime(
      app({ props: props('KV_MODE = json') }),
      { raw, sourcetype: 'a:b', source: 's', time: 0 },
      { ...documentedReading, limit: 0 },
    )
    expect(none.fields.has('first')).toBe(false)
  })

  it('takes every match with MV_ADD, and the first without', () => {
    const report = (more: string): App =>
      app({
        props: props('KV_MODE = none', 'EXTRACT-l = \\[(?<list>[^\\]]*)\\]', 'REPORT-r = items'),
        transforms: `[items]\nSOURCE_KEY = list\nREGEX = (?<item>\\w+)\n${more}`,
      })
    expect(find(report('MV_ADD = true\n'), '[a,b] c').fields.get('item')).toEqual(['a', 'b'])
    expect(find(report(''), '[a,b] c').fields.get('item')).toBe('a')
  })

  it('looks up the first rows in file order, with wildcards, in any case where told so', () => {
    const of = (settings: string): App =>
      app(
        {
          props: props('KV_MODE = json', 'LOOKUP-l = t word OUTPUT class'),
          transforms: `[t]\nfilename = t.csv\n${settings}`,
        },
        { 't.csv': 'word,class\nlog*,first\nlogin,second\n*,rest\n' },
      )
    const settings = 'match_type = WILDCARD(word)\n'
    expect(find(of(`${settings}max_matches = 1\n`), '{"word": "login"}').fields.get('class')).toBe('first')
    expect(find(of(settings), '{"word": "login"}').fields.get('class')).toEqual(['first', 'second', 'rest'])
    expect(find(of(`${settings}max_matches = 1\n`), '{"word": "LOGIN"}').fields.get('class')).toBe('rest')
    const folded = `${settings}max_matches = 1\ncase_sensitive_match = false\n`
    expect(find(of(folded), '{"word": "LOGIN"}').fields.get('class')).toBe('first')
  })

  it('clears the outputs of an event without a row, and leaves those of one without an input', () => {
    const of = (verb: string): App =>
      app(
        {
          props: props('KV_MODE = json', `LOOKUP-l = t word ${verb} class`),
          transforms: '[t]\nfilename = t.csv\n',
        },
        { 't.csv': 'word,class\nknown,found\n' },
      )
    expect(find(of('OUTPUT'), '{"word": "other", "class": "own"}').fields.has('class')).toBe(false)
    expect(find(of('OUTPUT'), '{"class": "own"}').fields.get('class')).toBe('own')
    expect(find(of('OUTPUT'), '{"word": "known", "class": "own"}').fields.get('class')).toBe('found')
    expect(find(of('OUTPUTNEW'), '{"word": "known", "class": "own"}').fields.get('class')).toBe('own')
  })

  it('finds event types by fields of every kind, and their tags', () => {
    const of = app({
      props: props('KV_MODE = json'),
      eventtypes:
        '[small]\nsearch = sourcetype="a:b" n<10 NOT kind=big*\n[mixed]\nsearch = (kind IN (one, "two") OR list=B) n!=3 `more`\n',
      tags: '[eventtype=small]\nlittle = enabled\nbig = disabled\n',
      macros: '[more]\ndefinition = n=*\n',
    })
    expect(find(of, '{"n": 5, "kind": "Two"}')).toMatchObject({
      eventtypes: ['small', 'mixed'],
      tags: ['little'],
    })
    expect(find(of, '{"n": 5, "kind": "bigger"}').eventtypes).toEqual([])
    expect(find(of, '{"n": 3, "list": ["a", "b"]}').eventtypes).toEqual(['small'])
  })
})

describe('what is not known is an error', () => {
  it.each<[string, string[], RegExp]>([
    ['a transform that does not exist', ['REPORT-r = nothing'], /\[nothing\]/],
    ['a lookup that does not exist', ['LOOKUP-l = nothing k OUTPUT v'], /\[nothing\]/],
    ['another KV_MODE', ['KV_MODE = xml'], /xml/],
    [
      'a field from an extraction and from the record',
      ['KV_MODE = json', 'EXTRACT-k = "(?<k>\\w+)"'],
      /which stays/,
    ],
    ['the same field from two extractions', ['EXTRACT-a = (?<x>a)', 'EXTRACT-b = (?<x>"k")'], /twice/],
    ['an unknown function', ['EVAL-x = sha3(k)'], /sha3/],
  ])('%s', (_, lines, message) => {
    const settings = lines.some((line) => line.startsWith('KV_MODE')) ? lines : ['KV_MODE = none', ...lines]
    expect(() => find(app({ props: props(...settings) }), '{"k": "a"}')).toThrow(message)
  })

  it('a lookup by the output of a lookup', () => {
    const of = app(
      {
        props: props(
          'KV_MODE = json',
          'LOOKUP-a = t k OUTPUT v',
          'LOOKUP-b = t v AS k OUTPUT w'.replace('v AS k', 'k AS v'),
        ),
        transforms: '[t]\nfilename = t.csv\n',
      },
      { 't.csv': 'k,v,w\na,b,c\n' },
    )
    expect(() => find(of, '{"k": "a"}')).toThrow(/output of a lookup/)
  })

  it('a macro, or a word without a field, in an event type', () => {
    const eventtype = (search: string): App =>
      app({ props: props('KV_MODE = json'), eventtypes: `[e]\nsearch = ${search}\n` })
    expect(() => find(eventtype('`nothing`'), '{}')).toThrow(/macro nothing/)
    expect(() => find(eventtype('failed login'), '{}')).toThrow()
  })

  it('a sourcetype without a stanza', () => {
    expect(() => find(app({ props: '[c:d]\nKV_MODE = json\n' }), '{}')).toThrow(/no stanza/)
  })
})
