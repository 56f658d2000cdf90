import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { projectRoot } from '../../scripts/package/project.ts'
import { definitions } from '../../src/sources/index.ts'

const documents = [
  ...['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md'],
  ...readdirSync(join(projectRoot, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
]
const textOf = (path: string): string => readFileSync(join(projectRoot, path), 'utf8')

describe('The documents', () => {
  it.each(documents)('%s links to what is there', (path) => {
    const links = [...textOf(path).matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map(([, link = '']) => link)
    const broken = links
      .filter((link) => !/^[a-z]+:/.test(link))
      .filter((link) => !existsSync(join(projectRoot, dirname(path), link)))
    expect(broken).toEqual([])
  })

  it('hold the heading to which an error message refers', () => {
    expect(textOf('docs/troubleshooting.md')).toContain('### State that cannot be understood')
  })

  it.each(definitions.map(({ scheme, parameters }) => [scheme, parameters] as const))(
    'of %s explain every parameter',
    (scheme, parameters) => {
      const guide = textOf(`docs/configure-${scheme.replaceAll('_', '-')}.md`)
      for (const { name } of parameters) expect(guide).toContain(`| \`${name}\` |`)
    },
  )
})
