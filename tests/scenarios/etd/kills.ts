import type { StagedInput } from '../harness.ts'

/** The most events that one kill may repeat. */
export const batch = 5_000

export interface Kills {
  /** How many runs were killed before they had ended. */
  readonly kills: number
  /** The most events that any one run repeated. */
  readonly mostRepeats: number
  readonly repeats: number
}

/**
 * Runs an input again and again, and kills each run with SIGKILL after some output, up to so many times; the last
 * run goes to its end.
 * @param bytesOf how much output the next run may write before it is killed.
 */
export async function killAgainAndAgain(
  input: StagedInput,
  times: number,
  bytesOf: (run: number) => number,
): Promise<Kills> {
  const seen = new Set<string>()
  let repeatsOfRun = 0
  const keep = input.onReceived
  input.onReceived = (received) => {
    const id = received.id ?? ''
    if (seen.has(id)) repeatsOfRun++
    seen.add(id)
    keep(received)
  }
  const all: number[] = []
  let kills = 0
  const run = async (killAfterBytes?: number) => {
    repeatsOfRun = 0
    const result = await input.pass(killAfterBytes === undefined ? {} : { killAfterBytes })
    all.push(repeatsOfRun)
    return result
  }
  for (let number = 0; number < times; number++) {
    const { signal } = await run(bytesOf(number))
    if (signal !== 'SIGKILL') break
    kills++
  }
  await run()
  input.onReceived = keep
  return { kills, mostRepeats: Math.max(...all), repeats: all.reduce((sum, repeats) => sum + repeats, 0) }
}
