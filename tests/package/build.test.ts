import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { extract } from 'tar'
import { describe, expect, it } from 'vitest'
import { packageBytes } from '../../scripts/package/build.ts'
import { runtimeFlags } from '../../scripts/package/code-cache.ts'
import { stripSymbols } from '../../scripts/package/elf.ts'
import { platformNamed, platformOfThisMachine, platforms } from '../../scripts/package/platforms.ts'
import { addon, projectRoot } from '../../scripts/package/project.ts'
import { renderScheme } from '../../src/input/scheme.ts'
import { definitions } from '../../src/sources/index.ts'
import { builtPackage } from '../built-package.ts'
import { readPackage } from './app-package.ts'

const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

describe('Building the package', () => {
  it('gives the same bytes for the same files', async () => {
    const again = await packageBytes(platformOfThisMachine())
    expect(digest(again)).toBe(digest(readFileSync(builtPackage)))
  })

  it('leaves nothing but the runtime out of the noarch package', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'mailtrail-noarch-'))
    try {
      const path = join(directory, 'noarch.spl')
      writeFileSync(path, await packageBytes(platformNamed('noarch')))
      const own = (await readPackage(builtPackage)).entries.map((entry) => entry.path)
      const noarch = (await readPackage(path)).entries.map((entry) => entry.path)
      const runtime = platforms.flatMap((platform) => (platform.runtime ? [platform.name] : []))
      expect(noarch).toEqual(
        own.filter((entry) => !runtime.some((name) => entry.startsWith(`${addon.id}/${name}`))),
      )
    } finally {
      rmSync(directory, { recursive: true, force: true })
    }
  })

  it('answers --scheme by a file, and loads no program for it', async () => {
    const app = await readPackage(builtPackage)
    for (const definition of definitions)
      expect(app.text(`bin/app/schemes/${definition.scheme}.xml`)).toBe(renderScheme(definition))
    expect(app.text('bin/app/main.cjs').length).toBeLessThan(8_000)
  })

  it.runIf(platformOfThisMachine().runtime)(
    'has a code cache that the runtime of the package takes',
    async () => {
      const directory = mkdtempSync(join(tmpdir(), 'mailtrail-cached-'))
      try {
        await extract({ file: builtPackage, cwd: directory })
        const app = join(directory, addon.id)
        const { target = '' } = platformOfThisMachine().runtime ?? {}
        const script = join(directory, 'rejected.ts')
        writeFileSync(
          script,
          `import { compileProgram } from ${JSON.stringify(join(projectRoot, 'src/program.ts'))}
        const [, , program, cache] = process.argv
        console.log(compileProgram(program, cache).script.cachedDataRejected)`,
        )
        const cache = join(app, dirname(dirname(target)), 'program.cache')
        const program = join(app, 'bin/app/program.cjs')
        const said = (flags: string[]) =>
          execFileSync(join(app, target), [...flags, script, program, cache], { encoding: 'utf8' }).trim()
        expect(said(runtimeFlags())).toBe('false')
        expect(said([...runtimeFlags(), '--no-opt'])).toBe('true')
      } finally {
        rmSync(directory, { recursive: true, force: true })
      }
    },
  )

  it('refuses a platform that it does not know, and names those that it does', () => {
    expect(() => platformNamed('solaris')).toThrow(/"solaris".*all, linux_x86_64/)
  })

  it('strips nothing but 64-bit ELF files', () => {
    expect(() => stripSymbols(Buffer.from('MZ a Windows program'))).toThrow(/ELF/)
  })
})
