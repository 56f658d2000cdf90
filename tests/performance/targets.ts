import { type Comparison, ratio, textOf } from './compare.ts'
import { curlIntoPipe, own, sdk } from './contenders.ts'
import { type Spread, spreadOf } from './measure.ts'
import type { StartUp } from './start-up.ts'

interface Target {
  readonly what: string
  readonly atMost: number
  readonly reached: Spread | undefined
  /** Which figure has to keep within it: the median when left out. */
  readonly decides?: 'most'
}

/** MiB. */
const mostMemory = 160

/** What the add-on is meant to reach, and what it did in this run. */
function targetsOf(comparisons: readonly Comparison[], startUp: StartUp | undefined): Target[] {
  const named = (name: string) => comparisons.filter(({ work }) => work.startsWith(name))
  const largest = (name: string, contender: string) =>
    named(name)
      .filter(({ costs }) => costs.has(contender))
      .at(-1)
  const against = (name: string, contender: string): Spread | undefined => {
    const found = largest(name, contender)
    return found && ratio(found, own, contender)
  }
  const memory = comparisons.flatMap(({ costs }) => (costs.get(own) ?? []).map((cost) => cost.memory))
  return [
    { what: 'ETD plain: CPU against curl', atMost: 4, reached: against('ETD plain', curlIntoPipe) },
    { what: 'ETD plain: CPU against splunk-sdk', atMost: 1 / 8, reached: against('ETD plain', sdk) },
    { what: 'Trend Micro: CPU against splunk-sdk', atMost: 1 / 4, reached: against('Trend Micro', sdk) },
    {
      what: 'Pangea, not verified: CPU against splunk-sdk',
      atMost: 1 / 4,
      reached: against('Pangea pages, not', sdk),
    },
    { what: 'ETD gzip: CPU against curl', atMost: 2.5, reached: against('ETD gzip', curlIntoPipe) },
    {
      what: 'peak memory, any of them, MiB',
      atMost: mostMemory,
      reached: memory.length ? spreadOf(memory) : undefined,
      decides: 'most',
    },
    ...['ETD plain', 'ETD gzip'].map((name) => ({
      what: `${name}: peak memory, four times the records`,
      atMost: 1.05,
      reached: growth(named(name)),
    })),
    { what: '`--scheme` against the bare runtime, CPU', atMost: 1.1, reached: startUp?.scheme.cpu },
    { what: 'first record after start, against the same, time', atMost: 8, reached: startUp?.firstRecord },
    { what: 'an idle run against the same, CPU', atMost: 6, reached: startUp?.idle.cpu },
  ]
}

function growth(comparisons: readonly Comparison[]): Spread | undefined {
  const of = (records: number) => comparisons.find((one) => one.records === records)?.costs.get(own)
  const [less, more] = [of(1_000_000), of(4_000_000)]
  return (
    less && more && spreadOf(more.map(({ memory }, round) => memory / (less[round]?.memory ?? Number.NaN)))
  )
}

export function targetTable(comparisons: readonly Comparison[], startUp: StartUp | undefined): string {
  const rows = targetsOf(comparisons, startUp).map(({ what, atMost, reached, decides }) => {
    if (reached === undefined) return `| ${what} | ${shown(atMost)} | not measured | |`
    return `| ${what} | ${shown(atMost)} | ${textOf(reached, atMost < 1 ? 3 : 2)} | ${reached[decides ?? 'median'] <= atMost ? 'yes' : 'no'} |`
  })
  return [
    '### What was aimed at',
    '',
    '| | at most | median (least–most) | reached |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n')
}

const shown = (value: number): string => (value < 1 ? `1/${Math.round(1 / value)}` : String(value))
