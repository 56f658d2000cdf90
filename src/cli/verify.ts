import { existsSync } from 'node:fs'
import { Misconfigured } from '../errors.ts'
import { registry } from '../sources/index.ts'
import type { Report } from './report.ts'

/** `verify`: checks the evidence of records in a file, without Splunk and without the vendor. Returns the exit code. */
export async function verify(path: string, signingKeys: readonly string[], report: Report): Promise<number> {
  const verifiers = registry.flatMap(({ loadFileVerifier }) => loadFileVerifier ?? [])
  const [load] = verifiers
  if (load === undefined)
    throw new Misconfigured('No input type of this package has records that can be verified.')
  if (!existsSync(path)) throw new Misconfigured(`There is no file ${path}.`)
  const { report: lines, sound } = await (await load())(path, { signingKeys })
  for (const line of lines) await report.line(line)
  await report.document({ file: path, sound, report: lines })
  return sound ? 0 : 1
}
