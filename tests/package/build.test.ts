import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { packageBytes } from '../../scripts/package/build.ts'
import { stripSymbols } from '../../scripts/package/elf.ts'
import { platformNamed, platformOfThisMachine, platforms } from '../../scripts/package/platforms.ts'
import { addon } from '../../scripts/package/project.ts'
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

  it('keeps what --scheme must read of the program under 64 kB: no library', async () => {
    const app = await readPackage(builtPackage)
    const read = new Map<string, number>()
    const follow = (name: string) => {
      if (read.has(name)) return
      const code = app.text(`bin/app/${name}`)
      read.set(name, code.length)
      for (const [, imported = ''] of code.matchAll(/^(?:import|\} from|export)\b.*"\.\/([^"]+)";$/gm))
        follow(imported)
    }
    follow('main.mjs')
    const sizes = [...read.values()]
    expect(Math.min(...sizes)).toBeGreaterThan(0)
    expect(sizes.reduce((total, size) => total + size, 0)).toBeLessThan(64_000)
  })

  it('refuses a platform that it does not know, and names those that it does', () => {
    expect(() => platformNamed('solaris')).toThrow(/"solaris".*all, linux_x86_64/)
  })

  it('strips nothing but 64-bit ELF files', () => {
    expect(() => stripSymbols(Buffer.from('MZ a Windows program'))).toThrow(/ELF/)
  })
})
