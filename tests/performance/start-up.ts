import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Installed } from './contenders.ts'
import { type Command, type Cost, measure, type Spread, spreadOf } from './measure.ts'
import { etdObjects } from './workloads.ts'

/** How often a command that is too short to be timed once is run for one measurement. */
const times = 20

/** Ratios to the bare runtime with an empty script. */
export interface StartUp {
  /** `--scheme`. */
  readonly scheme: Readonly<Record<'cpu' | 'wall', Spread>>
  /** A run with nothing new. */
  readonly idle: Readonly<Record<'cpu' | 'wall', Spread>>
  /** From the start of a first run to its first record on the pipe. */
  readonly firstRecord: Spread
}

export async function measureStartUp(installed: Installed, rounds: number): Promise<StartUp> {
  const directory = mkdtempSync(join(tmpdir(), 'empty-'))
  const empty = join(directory, 'empty.cjs')
  writeFileSync(empty, '')
  const { environment } = installed
  const bare = { argv: [installed.runtime, empty], times }
  const scheme = { argv: [installed.launcher('cisco_etd'), '--scheme'], environment, times }
  const work = await etdObjects(1, 'plain')
  const command = installed.input(work)
  const rows: { bare: Cost; scheme: Cost; idle: Cost; first: number; bareFirst: number }[] = []
  try {
    for (let round = 0; round <= rounds; round++) {
      installed.forgetState()
      const first = await untilOutput(command(), '<event')
      const row = {
        bare: await measure(bare),
        scheme: await measure(scheme),
        idle: await measure(command()),
        first,
        bareFirst: await untilOutput({ argv: bare.argv }, undefined),
      }
      if (round > 0) rows.push(row)
    }
  } finally {
    await work.stop()
    rmSync(directory, { recursive: true })
  }
  const ratios = (of: 'scheme' | 'idle') => ({
    cpu: spreadOf(rows.map((row) => row[of].cpu / row.bare.cpu)),
    wall: spreadOf(rows.map((row) => row[of].wall / row.bare.wall)),
  })
  return {
    scheme: ratios('scheme'),
    idle: ratios('idle'),
    firstRecord: spreadOf(rows.map(({ first, bareFirst }) => first / bareFirst)),
  }
}

/** Seconds from the start of a command until its output holds a text, or, without one, until its end. */
function untilOutput(
  { argv, stdin = '', environment = {} }: Command,
  text: string | undefined,
): Promise<number> {
  const [file = '', ...args] = argv
  const began = performance.now()
  const seconds = (): number => (performance.now() - began) / 1000
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      env: { PATH: '/usr/bin:/bin', ...environment },
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    let output = ''
    let took: number | undefined
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString('latin1')
      if (text !== undefined && output.includes(text)) took ??= seconds()
    })
    child.on('error', reject)
    child.on('close', () => {
      if (text === undefined) resolve(seconds())
      else if (took === undefined) reject(new Error(`${file} never wrote ${text}.`))
      else resolve(took)
    })
    child.stdin.end(stdin)
  })
}
