import { checkInput, messageOf } from './check.ts'
import { Misconfigured } from './errors.ts'
import type { Host } from './host.ts'
import { type CheckedStep, withSteps } from './input/checked-steps.ts'
import { readDocument } from './input/read-stdin.ts'
import { parseStdinDocument } from './input/stdin-document.ts'
import { escapeText } from './records/escape.ts'
import { connect, openLog } from './session.ts'
import type { Registered } from './sources/index.ts'
import { Passwords } from './splunkd/passwords.ts'
import type { StepDone } from './transport/way.ts'

/** `--validate-arguments`: checks the parameters, then the vendor. Returns the exit code. */
export async function validate(registered: Registered, host: Host): Promise<number> {
  const steps: CheckedStep[] = []
  try {
    await validateDocument(registered, host, (step, detail) => steps.push({ step, detail }))
    return 0
  } catch (error) {
    const message = withSteps(messageOf(error), steps)
    await host.write(Buffer.from(`<error><message>${escapeText(message)}</message></error>\n`))
    return 1
  }
}

async function validateDocument(registered: Registered, host: Host, done: StepDone): Promise<void> {
  const { definition } = registered
  const document = parseStdinDocument(await readDocument(host.stdin, '</items>'))
  const [item] = document.stanzas
  if (item === undefined) throw new Misconfigured('splunkd named no item to check.')
  const input = item.name.replace(`${definition.scheme}://`, '')
  const log = openLog(
    host,
    definition,
    `${definition.scheme}://${input}`,
    item.parameters.get('log_level') ?? 'WARN',
  )
  const splunkd = connect(document, host)
  try {
    await checkInput(
      { registered, input, parameters: item.parameters, secrets: new Passwords(splunkd) },
      host,
      log,
      (step, detail) => {
        log.debug(`Checked ${step}: ${detail}.`, { action: 'checked', step })
        done(step, detail)
      },
    )
  } catch (error) {
    log.debug(`The settings are refused: ${messageOf(error)}`, { action: 'refused' })
    throw error
  } finally {
    splunkd.close()
  }
}
