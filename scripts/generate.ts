import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { definitions } from '../src/sources/index.ts'
import { generators } from './generate/generators.ts'
import { projectRoot } from './package/project.ts'

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } })

const stale = generators
  .map((generator) => ({ ...generator, content: generator.render(definitions) }))
  .filter(({ path, content }) => {
    const at = join(projectRoot, path)
    return !existsSync(at) || readFileSync(at, 'utf8') !== content
  })

for (const { path, content } of stale) {
  if (values.check) {
    console.error(`${path} is stale: run "npm run generate" and commit it.`)
  } else {
    mkdirSync(dirname(join(projectRoot, path)), { recursive: true })
    writeFileSync(join(projectRoot, path), content)
    console.log(`${path} written.`)
  }
}
if (values.check && stale.length > 0) process.exitCode = 1
