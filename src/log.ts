/** Levels of splunkd's log and of the `log_level` parameter, least to most severe. */
export const levels = ['DEBUG', 'INFO', 'WARN', 'ERROR'] as const
export type Level = (typeof levels)[number]

/** What stands beside a message as `key=value`. A `Secret` prints as its mask. */
export type Fields = Readonly<Record<string, { toString(): string } | undefined>>

export interface Log {
  debug(message: string, fields?: Fields): void
  info(message: string, fields?: Fields): void
  warn(message: string, fields?: Fields): void
  error(message: string, fields?: Fields): void
}

/** Takes whole records; it must not throw. */
export type LogWriter = (level: Level, message: string, fields: Fields) => void

/** A log that hands records of `lowest` and above to every writer. */
export function createLog(lowest: Level, writers: readonly LogWriter[]): Log {
  const at =
    (level: Level) =>
    (message: string, fields: Fields = {}): void => {
      if (levels.indexOf(level) < levels.indexOf(lowest)) return
      for (const write of writers) write(level, message, fields)
    }
  return { debug: at('DEBUG'), info: at('INFO'), warn: at('WARN'), error: at('ERROR') }
}

const oneLine = (text: string): string => text.replace(/\s*[\r\n]+\s*/g, ' ')

/** `LEVEL message`, one line, as splunkd reads it from stderr. Source: Splunk, "Set up logging". */
export const stderrLine = (level: Level, message: string): string => `${level} ${oneLine(message)}\n`

const quoted = (value: string): string =>
  /^[\w.:/@*+-]+$/.test(value) ? value : `"${oneLine(value).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`

/** `key=value` pairs that Splunk extracts by itself; undefined values are left out. */
export const keyValues = (fields: Fields): string =>
  Object.entries(fields)
    .filter((pair): pair is [string, { toString(): string }] => pair[1] !== undefined)
    .map(([key, value]) => `${key}=${quoted(String(value))}`)
    .join(' ')
