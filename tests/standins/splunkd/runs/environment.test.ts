import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { splunkEnvironment } from './environment.ts'

const home = mkdtempSync(join(tmpdir(), 'splunk-'))
const environment = splunkEnvironment(home)
afterAll(() => rmSync(home, { recursive: true }))

const nodeWith = (env: NodeJS.ProcessEnv): number | null =>
  spawnSync(process.execPath, ['-e', '0'], { env, stdio: 'ignore' }).status

test.each(['LD_LIBRARY_PATH', 'OPENSSL_CONF', 'NODE_OPTIONS'])(
  '%s alone stops a Node.js that heeds it',
  (name) => {
    expect(nodeWith({})).toBe(0)
    expect(nodeWith({ [name]: environment[name] })).not.toBe(0)
  },
)

test('the host’s programs are found, its Node.js is not', () => {
  const found = (program: string): number | null =>
    spawnSync('/bin/sh', ['-c', `command -v ${program}`], { env: { PATH: environment.PATH } }).status
  expect(found('uname')).toBe(0)
  expect(found('node')).not.toBe(0)
})
