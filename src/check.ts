import { MailtrailError, Misconfigured, TryLater } from './errors.ts'
import type { Host } from './host.ts'
import { type ParameterValues, readParameters } from './input/parameters.ts'
import { type SecretStore, withStoredSecrets } from './input/secrets.ts'
import type { Log } from './log.ts'
import { networkSettings } from './session.ts'
import type { Registered } from './sources/index.ts'
import { goTheWay, type StepDone } from './transport/way.ts'
import { createVendorClient } from './vendor-client.ts'

/** splunkd kills a validation after about 30 s; a check answers in half of that, milliseconds. */
const answerWithin = 14_000
/** A start time may be this far ahead: clocks differ. */
const aheadAtMost = 300_000

/** What is checked: the parameters of one input, as they stand in its stanza or are about to. */
export interface Checked {
  readonly registered: Registered
  /** The stanza's name without the scheme. */
  readonly input: string
  readonly parameters: ReadonlyMap<string, string>
  /** Where masked secrets are found. */
  readonly secrets: SecretStore
}

/** What a check uses of the process around it. */
export type CheckHost = Pick<Host, 'clock' | 'stopping' | 'noProxy'>

/**
 * Checks an input step by step: its parameters, then the way to the vendor, then the vendor. Read-only, within 14 s.
 * @param done told of every step that went well.
 * @throws {MailtrailError} what is wrong, and what to do.
 */
export async function checkInput(checked: Checked, host: CheckHost, log: Log, done: StepDone): Promise<void> {
  const stopping = new AbortController()
  let last = 'parameters'
  const told: StepDone = (step, detail) => {
    last = step
    done(step, detail)
  }
  const late = host.clock.sleep(answerWithin, stopping.signal).then(() => {
    throw new TryLater(
      `The check did not end within ${answerWithin / 1000} s; the last step that went well is: ${last}. Check proxy_url and firewall, ` +
        'and try again: the vendor may be slow.',
      { category: 'Connection Error' },
    )
  })
  try {
    await Promise.race([steps(checked, host, log, told, stopping.signal), late])
  } finally {
    stopping.abort()
    await late.catch(() => undefined)
  }
}

async function steps(
  { registered, input, parameters, secrets }: Checked,
  host: CheckHost,
  log: Log,
  done: StepDone,
  late: AbortSignal,
): Promise<void> {
  const { definition } = registered
  const source = await registered.load()
  // Before any secret is looked up: what is wrong with the parameters alone is told at once.
  source.resolve(plausible(readParameters(definition, parameters), parameters, host))
  networkSettings(readParameters(definition, parameters), host)
  done('parameters', 'all parameters are well-formed')
  const values = readParameters(definition, await withStoredSecrets(definition, input, parameters, secrets))
  const params = source.resolve(values)
  const network = networkSettings(values, host)
  await goTheWay(source.tenant(params).url, network, done)
  const stopping = AbortSignal.any([host.stopping, late])
  const account = createVendorClient({
    tenant: source.tenant(params),
    network,
    name: { scheme: definition.scheme, input },
    host: { clock: host.clock, stopping },
    log,
    impatient: true,
  })
  try {
    await source.probe({ params, vendor: account.vendor, log, done })
  } finally {
    await account.close()
  }
}

/** What the definition cannot tell: times against the clock, and Splunk's own settings. */
function plausible(
  values: ParameterValues,
  parameters: ReadonlyMap<string, string>,
  host: CheckHost,
): ParameterValues {
  const now = host.clock.now()
  if (values.instant('start_time', now) > now + aheadAtMost)
    throw new Misconfigured(
      'Check the parameters: start_time lies in the future; nothing would be collected until then.',
    )
  const interval = parameters.get('interval')?.trim()
  if (interval !== undefined && interval !== '' && !isInterval(interval)) {
    throw new Misconfigured(
      `Check the parameters: interval must be seconds, such as 300, or a cron schedule of five fields (it is "${interval}").`,
    )
  }
  return values
}

/** Seconds, -1 for once at start-up, or cron fields without names. Source: Splunk, inputs.conf.spec, interval. */
const isInterval = (text: string): boolean =>
  /^(?:\d+(?:\.\d+)?|-1)$/.test(text) || /^(?:[\d*,/-]+\s+){4}[\d*,/-]+$/.test(text)

/** What an administrator is told of an error. */
export const messageOf = (error: unknown): string =>
  error instanceof MailtrailError
    ? error.message
    : `An error that was not foreseen: ${error instanceof Error ? error.message : String(error)}.`
