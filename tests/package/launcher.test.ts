import { type SpawnOptions, spawn } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { extract } from 'tar'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { runtimeFlags } from '../../scripts/package/code-cache.ts'
import { addon } from '../../scripts/package/project.ts'
import { definitions } from '../../src/sources/index.ts'
import { builtPackage } from '../built-package.ts'

const report = z.object({
  argv: z.array(z.string()),
  execArgv: z.array(z.string()),
  execPath: z.string(),
  pid: z.number(),
  program: z.string(),
  env: z.record(z.string(), z.string()),
})

/** Stands in for the program: says how it was started. */
const witness = `process.stdout.write(JSON.stringify({
  argv: process.argv.slice(2), execArgv: process.execArgv, execPath: process.execPath, pid: process.pid,
  program: process.argv[1], env: process.env }))\n`

describe.skipIf(process.platform === 'win32')('A launcher of the built package', () => {
  let directory: string
  /** The app as installed, under a path with blanks. */
  let app: string
  /** The same with a program that reports how it was started. */
  let watched: string
  /** What splunkd and its host put into the environment at their worst. */
  let polluted: NodeJS.ProcessEnv

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'mailtrail launcher '))
    const apps = join(directory, 'etc', 'apps')
    mkdirSync(apps, { recursive: true })
    await extract({ file: builtPackage, cwd: apps })
    app = join(apps, addon.id)

    watched = join(directory, "it's watched", addon.id)
    mkdirSync(watched, { recursive: true })
    cpSync(join(app, 'bin'), join(watched, 'bin'), { recursive: true })
    symlinkSync(join(app, 'linux_x86_64'), join(watched, 'linux_x86_64'))
    symlinkSync(join(app, 'linux_arm64'), join(watched, 'linux_arm64'))
    writeFileSync(join(watched, 'bin/app/main.cjs'), witness)

    const libraries = join(directory, 'lib')
    mkdirSync(libraries)
    writeFileSync(join(libraries, 'libstdc++.so.6'), 'not a library')
    writeFileSync(join(libraries, 'openssl.cnf'), '[[[ not a configuration')
    polluted = {
      PATH: '/nonexistent',
      LD_LIBRARY_PATH: libraries,
      OPENSSL_CONF: join(libraries, 'openssl.cnf'),
      OPENSSL_MODULES: libraries,
      NODE_OPTIONS: '--require=/nonexistent.js',
      NODE_PATH: '/nonexistent',
      NODE_EXTRA_CA_CERTS: '/nonexistent.pem',
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
      NODE_DEBUG: 'http,tls',
      NODE_V8_COVERAGE: '/nonexistent',
      NODE_REDIRECT_WARNINGS: '/nonexistent',
      NODE_UNIQUE_ID: '1',
      SSL_CERT_FILE: '/nonexistent.pem',
      SSL_CERT_DIR: '/nonexistent',
      PYTHONPATH: '/nonexistent',
      PYTHONHTTPSVERIFY: '0',
      CDPATH: '/',
      SPLUNK_HOME: '/opt/splunk',
      HTTPS_PROXY: 'http://proxy.example.com:3128',
    }
  })
  afterAll(() => rmSync(directory, { recursive: true, force: true }))

  async function run(command: string, args: readonly string[], options: SpawnOptions = {}) {
    const child = spawn(command, args, {
      cwd: '/',
      env: polluted,
      ...options,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const code = new Promise<number | null>((resolve, reject) =>
      child.on('close', resolve).on('error', reject),
    )
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
    return { stdout, stderr, code: await code, pid: child.pid }
  }

  async function witnessed(command: string, args: readonly string[], options: SpawnOptions = {}) {
    const { stdout, stderr, code, pid } = await run(command, args, options)
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 })
    return { ...report.parse(JSON.parse(stdout)), childPid: pid }
  }

  const launcher = (name: string) => join(watched, 'bin', `${name}.sh`)

  it.each(definitions.map(({ scheme }) => scheme))(
    'answers --scheme for %s in the environment that splunkd gives it',
    async (scheme) => {
      const { stdout, stderr, code } = await run(join(app, 'bin', `${scheme}.sh`), ['--scheme'])
      expect({ stderr, code }).toEqual({ stderr: '', code: 0 })
      expect(stdout).toMatch(/<scheme>[\s\S]*<\/scheme>\s*$/)
    },
  )

  it('hands its own name and its arguments to the program, as they are', async () => {
    const args = ['status', '--input', 'O\'Brien & "sons"', '$HOME', '']
    const { argv } = await witnessed(launcher('mailtrail'), args)
    expect(argv).toEqual(['mailtrail', ...args])
  })

  it('becomes the program, so that the stop signal of splunkd reaches it', async () => {
    const { pid, childPid } = await witnessed(launcher('cisco_etd'), [])
    expect(pid).toBe(childPid)
  })

  it('uses the runtime of the package and keeps its warnings off stderr', async () => {
    const { execPath, execArgv } = await witnessed(launcher('cisco_etd'), [])
    expect(dirname(dirname(dirname(execPath)))).toBe(app)
    expect(execArgv).toEqual(runtimeFlags())
    expect(execArgv).toContain('--no-warnings')
  })

  it("clears what bends Node.js, and leaves what is splunkd's", async () => {
    const { env } = await witnessed(launcher('cisco_etd'), [])
    const bending = Object.keys(env).filter((name) => /^(LD_|NODE_|OPENSSL_|SSL_|PYTHON|CDPATH)/.test(name))
    expect(bending).toEqual([])
    expect(env).toMatchObject({ SPLUNK_HOME: '/opt/splunk', HTTPS_PROXY: 'http://proxy.example.com:3128' })
  })

  it('works through sh -c, as splunkd does with start_by_shell', async () => {
    const quoted = `'${launcher('cisco_etd').replaceAll("'", `'\\''`)}'`
    const { argv } = await witnessed('/bin/sh', ['-c', `${quoted} --validate-arguments`])
    expect(argv).toEqual(['cisco_etd', '--validate-arguments'])
  })

  it('works through a chain of links, absolute and relative, under another name', async () => {
    const links = join(directory, 'links')
    mkdirSync(links)
    symlinkSync(launcher('mailtrail'), join(links, 'absolute'))
    symlinkSync('absolute', join(links, 'mt'))
    const { argv, program } = await witnessed(join(links, 'mt'), ['status'])
    expect(argv).toEqual(['mailtrail', 'status'])
    expect(program).toBe(join(watched, 'bin/app/main.cjs'))
  })

  it.each(['./cisco_etd.sh', 'cisco_etd.sh'])('works as "sh %s" from its own directory', async (name) => {
    const { argv } = await witnessed('/bin/sh', [name, '--scheme'], { cwd: join(watched, 'bin') })
    expect(argv).toEqual(['cisco_etd', '--scheme'])
  })

  it('works with an empty environment', async () => {
    const { argv } = await witnessed(launcher('cisco_etd'), [], { env: {} })
    expect(argv).toEqual(['cisco_etd'])
  })

  it('says what to do when the runtime lost its permission to be executed', async () => {
    const broken = join(directory, 'broken', addon.id)
    cpSync(join(watched, 'bin'), join(broken, 'bin'), { recursive: true })
    for (const platform of ['linux_x86_64', 'linux_arm64']) {
      mkdirSync(join(broken, platform, 'bin'), { recursive: true })
      writeFileSync(join(broken, platform, 'bin/node'), '', { mode: 0o644 })
    }
    const { stdout, stderr, code } = await run(join(broken, 'bin/cisco_etd.sh'), ['--scheme'])
    expect({ stdout, code }).toEqual({ stdout: '', code: 1 })
    expect(stderr).toMatch(/^ERROR .*node may not be executed.*chmod 755\.\n$/)
  })

  describe('without a runtime in the package', () => {
    let bare: string
    let old: string
    const current = dirname(process.execPath)

    beforeAll(() => {
      bare = join(directory, 'noarch', addon.id)
      cpSync(join(watched, 'bin'), join(bare, 'bin'), { recursive: true })
      old = join(directory, 'an old node')
      mkdirSync(old)
      writeFileSync(join(old, 'node'), '#!/bin/sh\nexit 1\n')
      chmodSync(join(old, 'node'), 0o755)
    })

    it('takes the first Node.js on PATH that is new enough', async () => {
      const { execPath } = await witnessed(join(bare, 'bin/cisco_etd.sh'), [], {
        env: { ...polluted, PATH: `/nonexistent:${old}:${current}` },
      })
      expect(execPath).toBe(process.execPath)
    })

    it('takes the one in NODE_HOME before those on PATH', async () => {
      const { execPath } = await witnessed(join(bare, 'bin/cisco_etd.sh'), [], {
        env: { ...polluted, PATH: old, NODE_HOME: dirname(current) },
      })
      expect(execPath).toBe(process.execPath)
    })

    it('leaves out flags that a later Node.js refuses', async () => {
      const later = join(directory, 'a later node')
      mkdirSync(later)
      const refuses = 'case "$*" in *semi-space*) echo "bad option" >&2; exit 9;; esac'
      writeFileSync(join(later, 'node'), `#!/bin/sh\n${refuses}\nexec '${process.execPath}' "$@"\n`)
      chmodSync(join(later, 'node'), 0o755)
      const { argv, execArgv } = await witnessed(join(bare, 'bin/cisco_etd.sh'), [], {
        env: { ...polluted, PATH: later },
      })
      expect(argv).toEqual(['cisco_etd'])
      expect(execArgv).toEqual(['--no-warnings', '--no-deprecation'])
    })

    it('says what to install when there is none', async () => {
      const { stdout, stderr, code } = await run(join(bare, 'bin/cisco_etd.sh'), ['--scheme'], {
        env: { ...polluted, PATH: old },
      })
      expect({ stdout, code }).toEqual({ stdout: '', code: 1 })
      expect(stderr).toMatch(/^ERROR This package holds no Node\.js for .*Install .*\n$/)
    })
  })
})
