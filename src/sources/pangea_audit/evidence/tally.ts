import type { Log } from '../../../log.ts'
import type { CheckName, Verdict } from '../integrity/index.ts'
import type { Finding } from './finding.ts'

const checks: readonly CheckName[] = ['hash', 'signature', 'membership', 'consistency']

/** Counts what a run has found, for its one line in the log. */
export class Tally {
  /** Records that could not be put on the list of those to be checked again. */
  overlooked = 0
  #records = 0
  #failed = 0
  readonly #byCheck = new Map<CheckName, number>()
  readonly #byFinding = new Map<string, number>()

  record(verdict: Verdict): void {
    this.#records++
    if (verdict.failures.length > 0) this.#failed++
    for (const check of checks)
      if (verdict[check] === 'fail') this.#byCheck.set(check, (this.#byCheck.get(check) ?? 0) + 1)
  }

  add(findings: readonly Finding[]): void {
    for (const { finding, severity } of findings)
      if (severity !== 'informational') this.#byFinding.set(finding, (this.#byFinding.get(finding) ?? 0) + 1)
  }

  log(log: Log, stream: string): void {
    const counts = Object.fromEntries(
      checks.map((check) => [`${check}_failed`, this.#byCheck.get(check) ?? 0]),
    )
    const fields = { action: 'integrity', stream, records: this.#records, failed: this.#failed, ...counts }
    const found = [...this.#byFinding].map(([finding, count]) => `${finding} ${count}`).join(', ')
    if (this.overlooked > 0) {
      log.warn(
        `Too many records wait for their root to be published: ${this.overlooked} will not be checked again.`,
        { action: 'integrity', stream, overlooked: this.overlooked },
      )
    }
    if (found === '') {
      const say = this.#records > 0 ? log.info : log.debug
      say(`Integrity: ${this.#records} records checked, nothing found.`, fields)
      return
    }
    log.warn(
      `Integrity: ${this.#failed} of ${this.#records} records fail; findings: ${found}. See the events of sourcetype mailtrail:integrity.`,
      { ...fields, findings: found },
    )
  }
}
