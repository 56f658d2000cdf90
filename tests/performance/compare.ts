import type { Contender } from './contenders.ts'
import { own } from './contenders.ts'
import { type Cost, type Spread, spreadOf } from './measure.ts'

const million = 1_000_000

/** What everyone needed for one piece of work, round by round. */
export interface Comparison {
  readonly work: string
  readonly records: number
  readonly costs: ReadonlyMap<string, readonly Cost[]>
}

/** Runs the contenders one after the other, round after round; the first round only warms caches up. */
export async function compare(
  work: string,
  records: number,
  contenders: readonly Contender[],
  rounds: number,
): Promise<Comparison> {
  const costs = new Map<string, Cost[]>(contenders.map(({ name }) => [name, []]))
  for (let round = 0; round <= rounds; round++) {
    for (const { name, run } of contenders) {
      const cost = await run()
      if (round > 0) costs.get(name)?.push(cost)
    }
  }
  return { work, records, costs }
}

/** One contender's figures over another's, from the same round each. */
export function ratio(
  { costs }: Comparison,
  one: string,
  other: string,
  figure: (cost: Cost) => number = ({ cpu }) => cpu,
): Spread {
  const others = costs.get(other) ?? []
  return spreadOf(
    (costs.get(one) ?? []).map(
      (cost, round) => figure(cost) / (others[round] ? figure(others[round]) : Number.NaN),
    ),
  )
}

export const textOf = ({ least, median, most }: Spread, digits = 2): string =>
  `${median.toFixed(digits)} (${least.toFixed(digits)}–${most.toFixed(digits)})`

/** The figures as Markdown. */
export function tableOf(comparison: Comparison): string {
  const { work, records, costs } = comparison
  const rows = [...costs].map(([name, of]) => {
    const perMillion = spreadOf(of.map(({ cpu }) => (cpu * million) / records))
    const rate = Math.round(spreadOf(of.map(({ wall }) => records / wall)).median).toLocaleString('en')
    const memory = spreadOf(of.map((cost) => cost.memory)).median.toFixed(0)
    const share = name === own ? '1' : textOf(ratio(comparison, name, own))
    return `| ${name} | ${textOf(perMillion)} | ${share} | ${rate} | ${memory} |`
  })
  return [
    `### ${work}, ${records.toLocaleString('en')} records`,
    '',
    '| | CPU s per million records | against this add-on | records/s | peak MiB |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n')
}
