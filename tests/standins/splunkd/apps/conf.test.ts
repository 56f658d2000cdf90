import { expect, test } from 'vitest'
import { formatConf, mergeConfs, parseConf } from './conf.ts'

const plain = (conf: ReturnType<typeof parseConf>): unknown =>
  Object.fromEntries([...conf].map(([name, settings]) => [name, Object.fromEntries(settings)]))

test('reads stanzas, comments, continued lines and values with an equals sign', () => {
  const conf = parseConf(
    'top = 1\n# a comment\n[etd://a]b]\r\nurl = https://x/?a=b\nlong = one\\\n  two\n\nempty =\n',
  )
  expect(plain(conf)).toEqual({
    default: { top: '1' },
    'etd://a]b': { url: 'https://x/?a=b', long: 'one\n  two', empty: '' },
  })
  expect(plain(parseConf(formatConf(conf)))).toEqual(plain(conf))
})

test('names the line that is neither a stanza nor a setting', () => {
  expect(() => parseConf('[a]\nb = 1\nnonsense\n', 'inputs.conf')).toThrow('inputs.conf:3')
})

test('lays confs over each other setting by setting', () => {
  expect(plain(mergeConfs(parseConf('[a]\nx = 1\ny = 1'), parseConf('[a]\ny = 2\n[b]\nz = 3')))).toEqual({
    a: { x: '1', y: '2' },
    b: { z: '3' },
  })
})
