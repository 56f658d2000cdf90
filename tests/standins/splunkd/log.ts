import { appendFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'

/** A line that an input wrote to stderr, as splunkd takes it. */
export interface LogLine {
  /** The word that the line begins with; without one splunkd assumes ERROR. */
  readonly level: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'FATAL'
  readonly script: string
  readonly message: string
}

const LEVEL = /^(DEBUG|INFO|WARN|ERROR|FATAL)\s+(.*)$/s

function levelOf(word: string | undefined): LogLine['level'] {
  return word === 'DEBUG' || word === 'INFO' || word === 'WARN' || word === 'FATAL' ? word : 'ERROR'
}

/** `var/log/splunk/splunkd.log`, and the same in memory. */
export class SplunkdLog {
  readonly lines: LogLine[] = []
  readonly #file: string

  constructor(splunkHome: string) {
    const directory = join(splunkHome, 'var/log/splunk')
    mkdirSync(directory, { recursive: true })
    this.#file = join(directory, 'splunkd.log')
  }

  /** Takes a line of stderr of `script`. */
  fromScript(script: string, text: string): void {
    const found = LEVEL.exec(text)
    const line: LogLine = { level: levelOf(found?.[1]), script, message: found?.[2] ?? text }
    this.lines.push(line)
    this.write(line.level, `ExecProcessor - message from "${script}" ${line.message}`)
  }

  write(level: LogLine['level'], text: string): void {
    appendFileSync(this.#file, `${new Date().toISOString()} ${level} ${text}\n`)
  }
}
