import { describe, expect, it } from 'vitest'
import { parseApp, problemsIn, readAppText } from './app.ts'
import { parseConf } from './conf.ts'

describe('parseConf', () => {
  it('reads stanzas, settings, comments and continued values', () => {
    const conf = parseConf('# top\n[a]\nx = 1\n  # inner\ny = one \\\n  two\n[b::c]\nz =\n', 'test.conf')
    expect([...conf.keys()]).toEqual(['a', 'b::c'])
    expect(conf.get('a')?.get('y')).toBe('one \n  two')
    expect(conf.get('b::c')?.get('z')).toBe('')
  })

  it.each([
    ['a setting before the first stanza', 'x = 1\n'],
    ['a stanza twice', '[a]\n[a]\n'],
    ['a setting twice', '[a]\nx = 1\nx = 2\n'],
    ['the default stanza', '[default]\nx = 1\n'],
    ['white space after the backslash', '[a]\nx = 1 \\ \n2\n'],
    ['a line that is neither', '[a]\nnonsense\n'],
    ['an end inside a value', '[a]\nx = 1 \\'],
  ])('refuses %s', (_, text) => {
    expect(() => parseConf(text, 'test.conf')).toThrow(/test\.conf, line \d/)
  })
})

describe('the settings of our .conf files', () => {
  it('are all in the specification of their file', () => {
    expect(problemsIn(parseApp(readAppText()))).toEqual([])
  })

  it.each([
    ['props', 'KV_MODE = json', 'KV_MOD = json', 'KV_MOD'],
    ['props', 'KV_MODE = json', 'KV_MODE = yaml', '"yaml"'],
    ['props', 'REPORT-lists', 'REPORTS-lists', 'REPORTS-lists'],
    ['transforms', 'MV_ADD = true', 'MULTIVALUE = true', 'MULTIVALUE'],
    ['transforms', 'max_matches = 1', 'max_matches = 0', '"0"'],
    ['transforms', 'match_type = WILDCARD(verdict)', 'match_type = GLOB(verdict)', 'GLOB'],
    ['eventtypes', 'search =', 'query =', 'query'],
    ['tags', 'email = enabled', 'email = on', '"on"'],
    ['macros', 'args =', 'arguments =', 'arguments'],
    ['savedsearches', 'cron_schedule = 17 * * * *', 'cron_schedule = hourly', 'hourly'],
    ['savedsearches', 'disabled = 1', 'enabled = 0', 'enabled'],
  ] as const)('%s.conf: "%s" must not become "%s"', (file, from, to, told) => {
    const text = readAppText()
    expect(text.confs[file]).toContain(from)
    const confs = { ...text.confs, [file]: text.confs[file].replaceAll(from, to) }
    expect(problemsIn(parseApp({ ...text, confs })).join('\n')).toContain(told)
  })
})
