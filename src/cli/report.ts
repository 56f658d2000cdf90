import type { Host } from '../host.ts'

/** What a command tells: lines for people, or one JSON document for programs. */
export class Report {
  readonly #host: Host
  readonly #json: boolean

  constructor(host: Host, json: boolean) {
    this.#host = host
    this.#json = json
  }

  /** A line for people; nothing where JSON was asked for. */
  async line(text: string): Promise<void> {
    if (!this.#json) await this.#host.write(Buffer.from(`${text}\n`))
  }

  /** Rows under their headings, in columns; nothing where JSON was asked for. */
  async table(headings: readonly string[], rows: readonly (readonly string[])[]): Promise<void> {
    const widths = headings.map((heading, column) =>
      Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
    )
    for (const row of [headings, ...rows])
      await this.line(
        row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd(),
      )
  }

  /** The document for programs; nothing where lines were asked for. */
  async document(value: unknown): Promise<void> {
    if (this.#json) await this.#host.write(Buffer.from(`${JSON.stringify(value, null, 2)}\n`))
  }
}
