// Writes V8's code cache of a program. Run by the very runtime, with the very flags, that will read it:
// node <flags> write-code-cache.ts <program.cjs> <cache>
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { setFlagsFromString } from 'node:v8'
import { compileProgram, keptCodeCache } from '../../src/program.ts'

const [, , path = '', cache = ''] = process.argv
// On a busy machine V8 would drop what has not run for a while, and other bytes would come out. The cache is marked with
// the flags, so that they are as before in the end.
setFlagsFromString('--no-flush-bytecode')
const { script, load } = compileProgram(path, cache)
// What the modules do when they are loaded is in the cache, too.
await load(createRequire(import.meta.url)).preload()
setFlagsFromString('--flush-bytecode')
writeFileSync(cache, keptCodeCache(readFileSync(path), script.createCachedData()))
process.exit(0)
