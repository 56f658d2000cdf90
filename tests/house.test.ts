import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { definitions as definitionsOfThePage } from '../src/setup-page/definitions.ts'
import { definitions, registry } from '../src/sources/index.ts'

const root = join(import.meta.dirname, '..')
const src = join(root, 'src')

interface SourceFile {
  /** Below `src/`, with slashes. */
  readonly path: string
  readonly text: string
  /** Without comments. */
  readonly code: string
  /** What it imports from this program, below `src/`. */
  readonly imports: readonly string[]
}

const files: readonly SourceFile[] = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path) && !/\.test\.tsx?$/.test(path))
  .map((path) => {
    const text = readFileSync(join(src, path), 'utf8')
    const imports = [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, target = '']) =>
      relative(src, join(src, dirname(path), target)),
    )
    return { path, text, code: withoutComments(text), imports }
  })

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1')
}

const registryOfThePage = 'setup-page/definitions.ts'

const room = (path: string): string => path.split('/')[0] ?? ''
const vendorOf = (path: string): string | undefined => /^sources\/([^/]+)\//.exec(path)?.[1]

/** Files for which a rule does not hold, with what they did. */
const offenders = (
  rule: (file: SourceFile) => string | undefined,
  of: readonly SourceFile[] = files,
): string[] =>
  of.flatMap((file) => {
    const found = rule(file)
    return found === undefined ? [] : [`${file.path}: ${found}`]
  })

describe('The rules of the house', () => {
  it('are held against every file', () => {
    expect(files.length).toBeGreaterThan(50)
    expect(files.some(({ imports }) => imports.includes('delivery/slices.ts'))).toBe(true)
  })

  it('keep sources apart from each other', () => {
    const found = offenders(({ path, imports }) =>
      imports.find((target) => {
        const [own, other] = [vendorOf(path), vendorOf(target)]
        return own !== undefined && other !== undefined && own !== other
      }),
    )
    expect(found).toEqual([])
  })

  it.each(['delivery', 'records', 'transport', 'splunkd', 'input'])('keep %s free of sources', (name) => {
    const inside = files.filter(({ path }) => room(path) === name)
    expect(inside.length).toBeGreaterThan(0)
    expect(offenders(({ imports }) => imports.find((target) => room(target) === 'sources'), inside)).toEqual(
      [],
    )
  })

  it('keep records free of input and output', () => {
    const inside = files.filter(({ path }) => room(path) === 'records')
    const found = offenders(
      ({ text }) => /'node:(?:fs|net|http|https|tls|child_process)[^']*'/.exec(text)?.[0],
      inside,
    )
    expect(found).toEqual([])
  })

  it('name no vendor in code outside its folder and the registries', () => {
    const others = files.filter(({ path }) => room(path) !== 'sources' && path !== registryOfThePage)
    // A stanza as an example in a help text decides nothing.
    const found = offenders(
      ({ code }) => /\b(?:cisco|etd|pangea|trend ?micro|tmes)(?!\w*:\/\/)/i.exec(code)?.[0],
      others,
    )
    expect(found).toEqual([])
  })

  it('give the setup page, which must not bundle what collects, the same inputs as the registry', () => {
    expect(definitionsOfThePage).toEqual(definitions)
  })

  it('leave the process and its environment to those that start', () => {
    const others = files.filter(
      ({ path }) => !['start.ts', 'main.ts', 'host.ts', 'runtime.ts'].includes(path),
    )
    const found = offenders(
      ({ code }) => /'node:process'|(?<![\w.'"])process\.\w+|globalThis\.process/.exec(code)?.[0],
      others,
    )
    expect(found).toEqual([])
  })

  it.each(registry.map(({ definition }) => definition.scheme))('want everything of %s', (scheme) => {
    const folder = join(src, 'sources', scheme)
    const samples = join(folder, 'samples')
    const wanted = [join(folder, 'README.md'), join(folder, 'source.ts'), join(folder, 'definition.ts')]
    expect(wanted.filter((path) => !existsSync(path))).toEqual([])
    expect(existsSync(samples) ? readdirSync(samples) : []).toContain('README.md')
    expect(readdirSync(samples).length, 'samples').toBeGreaterThan(1)
    expect(scenariosOf(scheme).length, 'scenarios').toBeGreaterThan(0)
  })

  it('want every folder of a source in the registry', () => {
    const folders = readdirSync(join(src, 'sources'), { withFileTypes: true })
    const names = folders.filter((entry) => entry.isDirectory()).map(({ name }) => name)
    expect(names.sort()).toEqual(registry.map(({ definition }) => definition.scheme).sort())
  })

  it('keep files short', () => {
    const found = offenders(({ path, text }) => {
      const lines = text.trimEnd().split('\n').length
      return lines > (longer[path] ?? 300) ? `${lines} lines` : undefined
    })
    expect(found).toEqual([])
  })
})

/** Files that hold one idea which needs more, and how much. */
const longer: Readonly<Record<string, number>> = {
  'records/scanner.ts': 315,
  'sources/pangea_audit/integrity/json-tree.ts': 315,
}

/** Scenario files whose stage stages the scheme. */
function scenariosOf(scheme: string): string[] {
  const scenarios = join(root, 'tests/scenarios')
  return readdirSync(scenarios, { recursive: true, encoding: 'utf8' }).filter(
    (path) =>
      path.endsWith('.ts') && readFileSync(join(scenarios, path), 'utf8').includes(`scheme: '${scheme}'`),
  )
}
