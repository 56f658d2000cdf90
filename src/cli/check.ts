import { checkInput, messageOf } from '../check.ts'
import { MailtrailError } from '../errors.ts'
import type { Host } from '../host.ts'
import { openLog } from '../session.ts'
import { Passwords } from '../splunkd/passwords.ts'
import type { Connection } from './connection.ts'
import { inputNamed } from './inputs.ts'
import type { Report } from './report.ts'

/** `check`: what Save checks, with every step shown. Returns the exit code. */
export async function check(
  connection: Connection,
  host: Host,
  report: Report,
  wanted: string,
): Promise<number> {
  const { registered, name, stanza, parameters } = await inputNamed(connection.splunkd, wanted)
  const log = openLog(host, registered.definition, stanza, parameters.get('log_level'))
  const steps: { step: string; detail: string }[] = []
  const shown: Promise<void>[] = []
  const checked = { registered, input: name, parameters, secrets: new Passwords(connection.splunkd) }
  try {
    await checkInput(checked, host, log, (step, detail) => {
      steps.push({ step, detail })
      shown.push(report.line(`ok    ${step}: ${detail}`))
    })
    await Promise.all(shown)
    await report.line(`${stanza} works.`)
    await report.document({ stanza, ok: true, steps })
    return 0
  } catch (error) {
    const message = messageOf(error)
    await Promise.all(shown)
    await report.line(`WRONG ${message}`)
    await report.document({ stanza, ok: false, steps, message })
    return error instanceof MailtrailError ? error.exitCode : 2
  }
}
