/**
 * What the launchers start: `argv[2]` is the scheme, or `mailtrail` for the command line. The answer to `--scheme` lies
 * beside it, and nothing is loaded for that.
 */
import { existsSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'

const [name = '', ...args] = process.argv.slice(2)
const answer = join(__dirname, 'schemes', `${name}.xml`)

if (args[0] === '--scheme' && existsSync(answer)) {
  const text = readFileSync(answer)
  for (let at = 0; at < text.length; ) at += writeSync(1, text, at)
} else {
  // Libraries look for these to find out where they run; to be asked alone makes Node.js load a browser's worth of code.
  for (const unused of ['FormData', 'navigator']) Reflect.deleteProperty(globalThis, unused)
  void start()
}

async function start(): Promise<void> {
  const { compileProgram, runtimeDirectory } = await import('./program.ts')
  const cache = join(__dirname, '../..', runtimeDirectory(process.platform, process.arch), 'program.cache')
  const program = compileProgram(join(__dirname, 'program.cjs'), cache).load(require)
  await program.main(name, ...args)
}
