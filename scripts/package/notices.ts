import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { projectRoot } from './project.ts'

const RULE = `\n\n${'='.repeat(78)}\n\n`
const manifest = z.object({
  name: z.string(),
  version: z.string(),
  license: z.string().optional(),
})

/**
 * The licence texts of everything in the package that others wrote: each npm package that gave a file to the
 * bundle, and Node.js where it is shipped.
 *
 * @param inputs the bundle's source files, relative to the project's root
 */
export function thirdPartyNotices(inputs: readonly string[], nodeLicense: string | undefined): string {
  const notices = packagesOf(inputs).map(noticeOf)
  if (nodeLicense !== undefined) notices.push(`Node.js\n\n${nodeLicense.trim()}`)
  return `${['This add-on contains the following works of others.', ...notices].join(RULE)}\n`
}

function packagesOf(inputs: readonly string[]): string[] {
  const directories = inputs.flatMap((input) => {
    const match = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)
    return match ? [match[0]] : []
  })
  return [...new Set(directories)].sort()
}

function noticeOf(directory: string): string {
  const at = join(projectRoot, directory)
  const { name, version, license } = manifest.parse(
    JSON.parse(readFileSync(join(at, 'package.json'), 'utf8')),
  )
  const texts = readdirSync(at, { withFileTypes: true })
    .filter((entry) => /^(licen[cs]es?|copying|notice)\b/i.test(entry.name))
    .flatMap((entry) => (entry.isDirectory() ? textsIn(join(at, entry.name)) : [join(at, entry.name)]))
    .sort()
    .map((file) => readFileSync(file, 'utf8').replaceAll('\r\n', '\n').trim())
  if (texts.length === 0 && license === undefined) throw new Error(`${name} says nothing about its licence.`)
  return [`${name} ${version}, licence: ${license ?? 'see below'}`, ...texts].join('\n\n')
}

function textsIn(directory: string): string[] {
  return readdirSync(directory).map((name) => join(directory, name))
}
