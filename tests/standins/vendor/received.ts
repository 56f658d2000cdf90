/** The `mailtrail` member of an event. */
export interface Stamp {
  readonly id?: string
  readonly input?: string
  readonly stream?: string
  /** Why the record could not be parsed. */
  readonly error?: string
  readonly integrity?: Readonly<Record<string, string>>
}

/** An event's data, taken apart. */
export interface StampedText {
  /** The vendor's record: the data without the `mailtrail` member, or the raw text of what could not be parsed. */
  readonly text: string
  readonly stamp: Stamp
}

const opening = '{"mailtrail":'

/**
 * Takes the `mailtrail` member out of an event's data without touching the rest.
 * @throws Error when the data does not begin with it
 */
export function readEvent(data: string): StampedText {
  if (!data.startsWith(opening)) throw new Error(`no mailtrail member in front: ${data.slice(0, 80)}`)
  const end = endOfObject(data, opening.length)
  const stamp: Stamp = JSON.parse(data.slice(opening.length, end))
  const rest = data[end] === ',' ? `{${data.slice(end + 1)}` : `{${data.slice(end)}`
  if (stamp.error === undefined) return { text: rest, stamp }
  const { raw }: { raw?: unknown } = JSON.parse(rest)
  if (typeof raw !== 'string')
    throw new Error(`an unparsed record without its raw text: ${data.slice(0, 200)}`)
  return { text: raw, stamp }
}

function endOfObject(data: string, from: number): number {
  let depth = 0
  let inString = false
  for (let at = from; at < data.length; at++) {
    const character = data[at]
    if (inString) {
      if (character === '\\') at++
      else if (character === '"') inString = false
    } else if (character === '"') inString = true
    else if (character === '{') depth++
    else if (character === '}' && --depth === 0) return at + 1
  }
  throw new Error(`the mailtrail member does not end: ${data.slice(0, 80)}`)
}
