// Writes V8's code cache of a program. Run by the very runtime, with the very flags, that will read it:
// node <flags> write-code-cache.ts <program.cjs> <cache>
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { compileProgram, keptCodeCache } from '../../src/program.ts'

const [, , path = '', cache = ''] = process.argv
const { script, load } = compileProgram(path, cache)
// What the modules do when they are loaded is in the cache, too.
await load(createRequire(import.meta.url)).preload()
writeFileSync(cache, keptCodeCache(readFileSync(path), script.createCachedData()))
process.exit(0)
