import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Row } from '../tests/faults/case.ts'
import { type SizeName, sizes } from '../tests/faults/sizes.ts'
import { runSuite } from '../tests/faults/suite.ts'
import { tableOf } from '../tests/faults/table.ts'
import { buildPackage } from './package/build.ts'
import { platformOfThisMachine } from './package/platforms.ts'
import { projectRoot } from './package/project.ts'

const usage = `npm run faults -- [--seed N] [--size ${Object.keys(sizes).join('|')}] [--only TEXT] [--keep FILE] [--write]`

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    size: { type: 'string', default: 'standard' },
    /** Only cases whose name contains this; may be given several times. */
    only: { type: 'string', multiple: true },
    /** Keeps what is done in this file, and goes on from there after a run of the same seed and size was broken off. */
    keep: { type: 'string' },
    /** Puts the table into docs/reliability.md. */
    write: { type: 'boolean', default: false },
    /** An .spl that is there already, instead of one of the tree as it is. */
    package: { type: 'string' },
  },
})

const isSize = (name: string): name is SizeName => name in sizes
const seed = Number(values.seed)
if (!isSize(values.size) || !Number.isInteger(seed)) {
  console.error(usage)
  process.exit(2)
}

/** A case that is done. */
interface Kept {
  readonly run: string
  readonly name: string
  readonly rows: readonly Row[]
}
const run = `seed ${seed}, size ${values.size}`
const kept: Kept[] =
  values.keep !== undefined && existsSync(values.keep)
    ? readFileSync(values.keep, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line))
    : []

const began = performance.now()
const rows = await runSuite({
  builtPackage: values.package ?? (await buildPackage(platformOfThisMachine())),
  seed,
  size: values.size,
  only: values.only,
  done: new Map(kept.filter((one) => one.run === run).map(({ name, rows: done }) => [name, done])),
  onCase(name, done, tookMs) {
    const line: Kept = { run, name, rows: done }
    if (values.keep !== undefined) appendFileSync(values.keep, `${JSON.stringify(line)}\n`)
    const flaws = done.flatMap((row) => row.flaws)
    console.log(`${flaws.length === 0 ? 'ok  ' : 'FAIL'} ${name} (${(tookMs / 1000).toFixed(1)} s)`)
    for (const flaw of flaws.slice(0, 5)) console.log(`     ${flaw}`)
  },
})
const table = tableOf(rows)
const minutes = ((performance.now() - began) / 60_000).toFixed(1)
console.log(`\n${table}\n\nSeed ${seed}, size ${values.size}, ${minutes} minutes.`)
if (values.write) writeInto(join(projectRoot, 'docs', 'reliability.md'))

const failed = rows.some(({ lost, flaws }) => lost > 0 || flaws.length > 0)
console.log(failed ? 'Something was lost, or is wrong: see above.' : 'Nothing was lost.')
process.exitCode = failed ? 1 : 0

function writeInto(page: string): void {
  const [begin, end] = ['<!-- table of npm run faults: begin -->', '<!-- table of npm run faults: end -->']
  const text = readFileSync(page, 'utf8')
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`${page} has no place for the table`)
  const command = `npm run faults -- --seed ${seed} --size ${values.size}`
  const shown = `${begin}\n\n\`${command}\` (${minutes} minutes on a machine with two cores)\n\n${table}\n\n`
  writeFileSync(page, text.slice(0, from) + shown + text.slice(to))
}
