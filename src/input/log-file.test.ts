import { spawn } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Secret } from '../secret.ts'
import { logFileWriter } from './log-file.ts'

const now = () => Date.parse('2026-11-01T10:00:00.250Z')
const megabytes = 1024 * 1024

describe('The log file', () => {
  let folder: string
  let failures: string[]
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'log-'))
    failures = []
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const writer = (directory = folder) =>
    logFileWriter(directory, 'cisco_etd', { pid: 7, modular_input_name: 'cisco_etd://a b' }, now, (reason) =>
      failures.push(reason),
    )
  const path = (generation = '') => join(folder, `ta_mailtrail_cisco_etd.log${generation}`)
  const text = (generation = '') => readFileSync(path(generation), 'utf8')

  it('holds one line for each record, as key=value, with secrets as their mask', () => {
    writer()('ERROR', 'two\nlines with "quotes" and \\', {
      action: 'ended',
      secret: new Secret('hush'),
      none: undefined,
    })
    expect(text()).toBe(
      '2026-11-01 10:00:00.250 +0000 log_level=ERROR pid=7 modular_input_name="cisco_etd://a b" action=ended secret=******** ' +
        'message="two lines with \\"quotes\\" and \\\\"\n',
    )
  })

  it('is rotated at 25 MB, and five old ones stay', () => {
    for (const generation of ['.1', '.2', '.3', '.4', '.5'])
      writeFileSync(path(generation), `old ${generation}`)
    writeFileSync(path(), Buffer.alloc(25 * megabytes, '.'))
    writer()('INFO', 'the first of a new one', {})
    expect(text()).toMatch(/^2026.*the first of a new one/)
    expect(statSync(path('.1')).size).toBe(25 * megabytes)
    expect([text('.2'), text('.5')]).toEqual(['old .1', 'old .4'])
    expect(existsSync(path('.6'))).toBe(false)
  })

  it('that cannot be written stops nothing, and is told of once', () => {
    const write = writer(join(folder, 'missing'))
    write('INFO', 'one', {})
    write('INFO', 'two', {})
    expect(failures).toEqual([expect.stringMatching(/ta_mailtrail_cisco_etd\.log cannot be written: ENOENT/)])
  })

  it.skipIf(!existsSync('/dev/full'))('on a full disk stops nothing either', () => {
    symlinkSync('/dev/full', path())
    writer()('INFO', 'one', {})
    expect(failures).toEqual([expect.stringMatching(/cannot be written: ENOSPC/)])
  })

  it('is written even where it cannot be rotated', () => {
    mkdirSync(path('.5'))
    writeFileSync(path('.4'), 'a file that cannot replace a directory')
    writeFileSync(path(), Buffer.alloc(25 * megabytes, '.'))
    writer()('INFO', 'written all the same', {})
    expect(text().slice(25 * megabytes)).toMatch(/written all the same/)
  })

  it('is shared by processes that rotate it: every line stays whole, and none is lost', async () => {
    writeFileSync(path(), `${'.'.repeat(25 * megabytes - 20_001)}\n`)
    const script = `
      import { logFileWriter } from ${JSON.stringify(join(import.meta.dirname, 'log-file.ts'))}
      const write = logFileWriter(${JSON.stringify(folder)}, 'cisco_etd', { pid: process.pid }, Date.now, (reason) => { throw new Error(reason) })
      for (let line = 0; line < 400; line++) write('INFO', 'x'.repeat(100), { line })
    `
    const runs = [1, 2, 3].map(
      () =>
        new Promise((resolve) => {
          spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', script], {
            stdio: 'inherit',
          }).on('close', resolve)
        }),
    )
    expect(await Promise.all(runs)).toEqual([0, 0, 0])
    const lines = ['', '.1', '.2', '.3']
      .filter((generation) => existsSync(path(generation)))
      .flatMap((generation) => text(generation).split('\n'))
      .filter((line) => line !== '' && !line.startsWith('...'))
    expect(lines.filter((line) => !/^\d{4}-.* line=\d+ message=x{100}$/.test(line))).toEqual([])
    expect(new Set(lines.map((line) => line.slice(24))).size).toBe(1_200)
  })
})
