import { useCallback, useEffect, useRef, useState } from 'react'
import { type LedgerRow, type LogLine, readLedger, readLog } from './activity.ts'
import type { Ask } from './ask.ts'
import { definitions } from './definitions.ts'
import { messageOf } from './refusal.ts'
import type { Activity } from './standing.ts'
import { listStanzas, type Stanza } from './stanza.ts'

/** What the table shows. */
export interface Inputs {
  /** Undefined until the first answer. */
  readonly stanzas: readonly Stanza[] | undefined
  readonly activity: Activity
  /** What could not be read, and why. */
  readonly problems: readonly string[]
}

/** The table is read again after so many milliseconds, while its tab is in sight. */
const interval = 30_000

function midnight(): Date {
  const day = new Date()
  day.setHours(0, 0, 0, 0)
  return day
}

/** Reads everything at once; what fails leaves the rest as it is. */
async function readInputs(ask: Ask): Promise<Inputs> {
  const today = midnight()
  const [ledger, log, ...lists] = await Promise.allSettled([
    readLedger(ask, today),
    readLog(ask),
    ...definitions.map((definition) => listStanzas(ask, definition)),
  ])
  const stanzas = lists.flatMap((list) => (list.status === 'fulfilled' ? list.value : []))
  const problems = [...lists, ledger, log].flatMap((part) =>
    part.status === 'rejected' ? [messageOf(part.reason)] : [],
  )
  return {
    stanzas: stanzas.toSorted((one, other) => one.name.localeCompare(other.name)),
    activity: {
      ledger: rowsOf<LedgerRow>(ledger),
      log: rowsOf<LogLine>(log),
      midnight: today.getTime(),
      now: Date.now(),
    },
    problems: [...new Set(problems)],
  }
}

const rowsOf = <Row>(part: PromiseSettledResult<readonly Row[]>): readonly Row[] | undefined =>
  part.status === 'fulfilled' ? part.value : undefined

/** The inputs and how they do, read again every half minute, when the tab comes back into sight, and on `reload`. */
export function useInputs(ask: Ask): Inputs & { readonly reload: () => Promise<void> } {
  const [inputs, setInputs] = useState<Inputs>({
    stanzas: undefined,
    activity: { ledger: undefined, log: undefined, midnight: 0, now: 0 },
    problems: [],
  })
  const turn = useRef(0)
  const reload = useCallback(async () => {
    turn.current += 1
    const mine = turn.current
    const read = await readInputs(ask)
    // A slow answer must not replace a later one.
    if (mine === turn.current) setInputs(read)
  }, [ask])
  useEffect(() => {
    void reload()
    const whenSeen = () => {
      if (document.visibilityState === 'visible') void reload()
    }
    const timer = setInterval(whenSeen, interval)
    document.addEventListener('visibilitychange', whenSeen)
    return () => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', whenSeen)
    }
  }, [reload])
  return { ...inputs, reload }
}
