import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/** What one run of a command cost. */
export interface Cost {
  /** User and system time, seconds. */
  readonly cpu: number
  readonly wall: number
  /** Peak memory, MiB. */
  readonly memory: number
  /** Bytes that it wrote to its pipe. */
  readonly written: number
}

export interface Command {
  readonly argv: readonly string[]
  readonly stdin?: string
  readonly environment?: Readonly<Record<string, string>>
  /** How often it is run for one measurement, for commands too short to be timed once. */
  readonly times?: number
}

/** What the benchmark needs of the host besides Node.js. */
export function requireHostTools(): void {
  const missing = ['/usr/bin/time', '/usr/bin/curl', '/bin/bash'].filter((path) => !existsSync(path))
  if (missing.length > 0)
    throw new Error(`The benchmark needs ${missing.join(' and ')}: apt-get install time curl bash`)
}

/** GNU time around the command, its stdout a real pipe to a reader of its own. */
const script = `
set -o pipefail
for ((i = 0; i < TIMES; i++)); do
  /usr/bin/time -a -f '%U %S %e %M' -o "$COSTS" -- "$@" < "$INPUT" | wc -c >> "$BYTES"
done
`

/** Runs a command to its end and tells what it cost. @throws when it fails. */
export async function measure({ argv, stdin = '', environment = {}, times = 1 }: Command): Promise<Cost> {
  const directory = mkdtempSync(join(tmpdir(), 'measure-'))
  const file = (name: string): string => join(directory, name)
  writeFileSync(file('input'), stdin)
  try {
    await execute('/bin/bash', ['--norc', '-c', script, 'measure', ...argv], {
      env: {
        PATH: '/usr/bin:/bin',
        ...environment,
        TIMES: String(times),
        COSTS: file('costs'),
        BYTES: file('bytes'),
        INPUT: file('input'),
      },
      maxBuffer: 1 << 26,
    })
    const rows = readFileSync(file('costs'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(' ').map(Number))
    const total = (column: number): number => rows.reduce((sum, row) => sum + (row[column] ?? Number.NaN), 0)
    const written = readFileSync(file('bytes'), 'utf8').trim().split('\n').map(Number)
    return {
      cpu: (total(0) + total(1)) / times,
      wall: total(2) / times,
      memory: Math.max(...rows.map((row) => row[3] ?? 0)) / 1024,
      written: written[0] ?? 0,
    }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** Minimum, median and maximum. */
export interface Spread {
  readonly least: number
  readonly median: number
  readonly most: number
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN
  return { least: at(0), median: at(0.5), most: at(1) }
}
