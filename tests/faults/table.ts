import type { Row } from './case.ts'

const thousands = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',')

/** The suite's results as a Markdown table; its columns line up in a terminal too. */
export function tableOf(rows: readonly Row[]): string {
  const cells = [
    ['Test', 'Size', 'Lost', 'Repeated'],
    ...rows.map((row) => [
      row.test,
      `${thousands(row.size)} ${row.unit}`,
      thousands(row.lost),
      thousands(row.repeated),
    ]),
  ]
  const widths = [0, 1, 2, 3].map((column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)))
  const lines = cells.map(
    (line) =>
      `| ${line.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`,
  )
  const rule = `| ${widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`
  return [lines[0], rule, ...lines.slice(1)].join('\n')
}
