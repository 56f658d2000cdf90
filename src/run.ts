import { type Fence, fenced, patient, StorePatience } from './delivery/collection.ts'
import { HeldElsewhere, Lease } from './delivery/lease.ts'
import { runPass } from './delivery/run.ts'
import { MailtrailError, Stopped } from './errors.ts'
import type { Host } from './host.ts'
import { EventStream } from './input/event-stream.ts'
import { readParameters } from './input/parameters.ts'
import { readDocument } from './input/read-stdin.ts'
import { storeAndMask, withStoredSecrets } from './input/secrets.ts'
import { parseStdinDocument, type Stanza, type StdinDocument } from './input/stdin-document.ts'
import type { Log } from './log.ts'
import { connect, networkSettings, openLog } from './session.ts'
import type { Registered } from './sources/index.ts'
import { KvCollection } from './splunkd/kv-store.ts'
import { Passwords } from './splunkd/passwords.ts'
import { appId, type Splunkd } from './splunkd/splunkd.ts'
import { createVendorClient } from './vendor-client.ts'

/** Settings of Splunk that mean "decide yourself". */
const undecided = new Set(['', 'default', '$decideOnStartup'])
const decided = (value: string | undefined): string | undefined =>
  value === undefined || undecided.has(value) ? undefined : value

/** One run: a pass over the stanza that splunkd names on stdin. Returns the exit code. */
export async function run(registered: Registered, host: Host): Promise<number> {
  let log = openLog(host, registered.definition, registered.definition.scheme, 'INFO')
  try {
    const document = parseStdinDocument(await readDocument(host.stdin, '</input>'))
    const [stanza] = document.stanzas
    if (stanza === undefined) {
      log.info('No stanza is enabled; nothing to do.')
      return 0
    }
    log = openLog(host, registered.definition, stanza.name, stanza.parameters.get('log_level'))
    return await runStanza(registered, host, document, stanza, log)
  } catch (error) {
    return conclude(error, log)
  }
}

/** Says how a run ended, and with which exit code. */
export function conclude(error: unknown, log: Log): number {
  if (error instanceof HeldElsewhere) {
    log.info(error.message, { action: 'ended', reason: 'held_elsewhere' })
    return 0
  }
  if (error instanceof Stopped || (error instanceof Error && error.name === 'AbortError')) {
    log.info('Stopped as asked; the state is saved.', { action: 'ended', reason: 'stopped' })
    return 0
  }
  if (error instanceof MailtrailError) {
    log.error(error.message, { action: 'ended', error: error.name, exit_code: error.exitCode })
    return error.exitCode
  }
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  log.error(
    `An error that was not foreseen: ${what}. The state is safe; please report it with the log at DEBUG.`,
    { action: 'ended', exit_code: 2 },
  )
  log.debug(error instanceof Error ? (error.stack ?? what) : what)
  return 2
}

async function runStanza(
  registered: Registered,
  host: Host,
  document: StdinDocument,
  stanza: Stanza,
  log: Log,
): Promise<number> {
  const { definition } = registered
  const input = stanza.name.replace(`${definition.scheme}://`, '')
  readParameters(definition, stanza.parameters)
  const splunkd = connect(document)
  const store = new StorePatience(host.clock)
  const collection = (name: string, fence?: Fence) => {
    const plain = new KvCollection(splunkd, name)
    const guarded = fence === undefined ? plain : fenced(plain, fence)
    return patient(guarded, store, host.clock, host.stopping, (message) =>
      log.warn(message, { action: 'retry' }),
    )
  }
  const name = { scheme: definition.scheme, input }
  try {
    const lease = await Lease.acquire(
      collection('mailtrail_leases'),
      name,
      host.owner(document.serverHost),
      host.clock,
    )
    const keeping = setInterval(
      () => void lease.keep().catch((error: unknown) => log.warn(String(error), { action: 'lease' })),
      5_000,
    )
    try {
      const passwords = new Passwords(splunkd)
      await storeAndMask(
        definition,
        input,
        stanza,
        passwords,
        (values) => writeStanza(splunkd, definition.scheme, input, stanza, values),
        log,
      )
      const values = readParameters(
        definition,
        await withStoredSecrets(definition, input, stanza.parameters, passwords),
      )
      const source = await registered.load()
      const params = source.resolve(values)
      const account = createVendorClient({
        tenant: source.tenant(params),
        network: networkSettings(values),
        quota: collection('mailtrail_quota'),
        name,
        host,
        log,
      })
      const { vendor } = account
      const sink = new EventStream((bytes) => host.write(bytes), {
        stanza: stanza.name,
        input,
        index: decided(stanza.parameters.get('index')),
        host: decided(stanza.parameters.get('host')),
      })
      log.info('The run begins.', { action: 'started', lease: lease.number })
      try {
        await runPass({
          source,
          params,
          name,
          sourcetype: decided(stanza.parameters.get('sourcetype')),
          startTime: () => values.instant('start_time', vendor.clock.now()),
          checkpoints: collection('mailtrail_checkpoints', lease),
          ledger: collection('mailtrail_ledger', lease),
          sink,
          fence: lease,
          vendor,
          log,
          clock: host.clock,
          signal: host.stopping,
          onStream: (stream, totals) =>
            log.info(`Stream ${stream}: ${totals.events} events.`, {
              action: 'events_ingested',
              sourcetype_ingested: source.definition.scheme,
              stream,
              n_events: totals.events,
              unparsed: totals.unparsed,
              bytes: totals.bytes,
              commits: totals.commits,
            }),
        })
        await sink.close()
      } finally {
        const { requests, retries, waitedMs } = vendor.metrics
        log.info('The run has ended.', { action: 'ended', requests, retries, waited_ms: waitedMs })
        await account
          .close()
          .catch((error: unknown) => log.warn(`The rate could not be given back: ${String(error)}`))
      }
      return 0
    } finally {
      clearInterval(keeping)
      await lease
        .release()
        .catch((error: unknown) => log.warn(`The lease could not be released: ${String(error)}`))
    }
  } finally {
    splunkd.close()
  }
}

async function writeStanza(
  splunkd: Splunkd,
  scheme: string,
  input: string,
  stanza: Stanza,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  const app = encodeURIComponent(stanza.app ?? appId)
  await splunkd.request(
    'masking the secrets of the stanza',
    'POST',
    `/servicesNS/nobody/${app}/data/inputs/${scheme}/${encodeURIComponent(input)}`,
    {
      form: { ...values },
    },
  )
}
