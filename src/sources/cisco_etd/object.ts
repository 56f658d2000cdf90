import { hour, hourOf } from './hours.ts'

/** A log file in the vendor's object storage, as a download link names it. */
export interface LogObject {
  /** Its identity: the URL-decoded path without leading slash and query; the signature changes with every answer. */
  readonly path: string
  /** The hour under which it is filed, epoch milliseconds. */
  readonly hour: number
  /** The presigned URL: a secret, good for one hour. */
  readonly url: string
}

const filedUnder = /(?:^|\/)log_date=(\d{4}-\d{2}-\d{2})\/hour=(\d{1,2})(?:\/|$)/

/** The object behind a link; `askedHour` stands in where the path does not tell the hour. Undefined if it is not a URL. */
export function logObject(url: string, askedHour: number): LogObject | undefined {
  if (!URL.canParse(url)) return undefined
  const path = decoded(new URL(url).pathname).replace(/^\/+/, '')
  const [, date, hours] = filedUnder.exec(path) ?? []
  const filed = date === undefined ? Number.NaN : Date.parse(`${date}T00:00:00Z`) + Number(hours) * hour
  return { path, hour: Number.isNaN(filed) ? hourOf(askedHour) : filed, url }
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
