import { MailtrailError, Misconfigured, TryLater } from './errors.ts'
import type { Host } from './host.ts'
import { readParameters } from './input/parameters.ts'
import { readDocument } from './input/read-stdin.ts'
import { withStoredSecrets } from './input/secrets.ts'
import { parseStdinDocument } from './input/stdin-document.ts'
import { escapeText } from './records/escape.ts'
import { connect, networkSettings, openLog } from './session.ts'
import type { Registered } from './sources/index.ts'
import { Passwords } from './splunkd/passwords.ts'
import { createVendorClient } from './vendor-client.ts'

/** splunkd kills a validation after about 30 s; this one answers in half of that. */
const answerWithin = 15_000

/** `--validate-arguments`: checks the parameters, then the vendor. Returns the exit code. */
export async function validate(registered: Registered, host: Host): Promise<number> {
  try {
    await Promise.race([check(registered, host), tooLate(host)])
    return 0
  } catch (error) {
    const message =
      error instanceof MailtrailError
        ? error.message
        : `An error that was not foreseen: ${error instanceof Error ? error.message : String(error)}.`
    await host.write(Buffer.from(`<error><message>${escapeText(message)}</message></error>\n`))
    return 1
  }
}

async function tooLate(host: Host): Promise<never> {
  await host.clock.sleep(answerWithin - 1_000)
  throw new TryLater(
    'The vendor did not answer the check in time. See the log of this add-on; check address, proxy and firewall.',
  )
}

async function check(registered: Registered, host: Host): Promise<void> {
  const { definition } = registered
  const document = parseStdinDocument(await readDocument(host.stdin, '</items>'))
  const [item] = document.stanzas
  if (item === undefined) throw new Misconfigured('splunkd named no item to check.')
  const input = item.name.replace(`${definition.scheme}://`, '')
  readParameters(definition, item.parameters)
  const log = openLog(host, definition, item.name, 'WARN')
  const splunkd = connect(document)
  try {
    const values = readParameters(
      definition,
      await withStoredSecrets(definition, input, item.parameters, new Passwords(splunkd)),
    )
    const source = await registered.load()
    const params = source.resolve(values)
    const { vendor } = createVendorClient({
      tenant: source.tenant(params),
      network: networkSettings(values),
      name: { scheme: definition.scheme, input },
      host,
      log,
    })
    try {
      await source.probe({ params, vendor, log })
    } finally {
      vendor.close()
    }
  } finally {
    splunkd.close()
  }
}
