const began = performance.now()

/** Tells what happens, with the seconds since the start; on a terminal the progress stays on one line. */
export class Narrator {
  readonly #out = process.stdout
  #progress = ''
  #lastTenth = -1

  say(text: string): void {
    this.#clear()
    this.#out.write(`${elapsed()}  ${text}\n`)
    this.#out.write(this.#progress)
  }

  /** @param part from 0 to 1 */
  progress(part: number, text: string): void {
    const tenth = Math.floor(part * 10)
    if (!this.#out.isTTY) {
      if (tenth > this.#lastTenth) this.say(`${Math.floor(part * 100)} %  ${text}`)
      this.#lastTenth = Math.max(tenth, this.#lastTenth)
      return
    }
    this.#clear()
    const bar = '█'.repeat(Math.round(part * 30)).padEnd(30, '░')
    this.#progress = `${elapsed()}  ${bar} ${text}`
    this.#out.write(this.#progress)
  }

  done(): void {
    this.#clear()
    this.#progress = ''
  }

  /** Rows under a heading, columns aligned: text to the left, numbers to the right. */
  table(heading: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
    const cells = [heading, ...rows].map((row) =>
      row.map((cell) => (typeof cell === 'number' ? cell.toLocaleString('en') : cell)),
    )
    const widths = heading.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)))
    const line = (row: readonly string[]): string =>
      row
        .map((cell, column) => {
          const width = widths[column] ?? 0
          return typeof rows[0]?.[column] === 'number' ? cell.padStart(width) : cell.padEnd(width)
        })
        .join('   ')
    const [first = '', ...others] = cells.map(line)
    this.#out.write(`\n${first}\n${'─'.repeat(first.length)}\n${others.join('\n')}\n\n`)
  }

  #clear(): void {
    if (this.#out.isTTY && this.#progress !== '') this.#out.write('\r\x1b[2K')
  }
}

const elapsed = (): string => `${((performance.now() - began) / 1000).toFixed(1).padStart(5)} s`
