import { type Fence, fenced, patient, StorePatience } from './delivery/collection.ts'
import { Lease } from './delivery/lease.ts'
import { runPass } from './delivery/run.ts'
import type { Host } from './host.ts'
import { EventStream } from './input/event-stream.ts'
import { readParameters } from './input/parameters.ts'
import { readDocument } from './input/read-stdin.ts'
import { parseStdinDocument, type Stanza, type StdinDocument } from './input/stdin-document.ts'
import { Tally } from './input/tally.ts'
import type { Log } from './log.ts'
import { conclude, costs, RunLog } from './run-log.ts'
import { connect, networkSettings, openLog } from './session.ts'
import type { Registered } from './sources/index.ts'
import { KvCollection } from './splunkd/kv-store.ts'
import { securedParameters } from './stanza-secrets.ts'
import { createVendorClient } from './vendor-client.ts'

/** Settings of Splunk that mean "decide yourself". */
const undecided = new Set(['', 'default', '$decideOnStartup'])
const decided = (value: string | undefined): string | undefined =>
  value === undefined || undecided.has(value) ? undefined : value

/** One run: a pass over the stanza that splunkd names on stdin. Returns the exit code. */
export async function run(registered: Registered, host: Host): Promise<number> {
  let log = openLog(host, registered.definition, registered.definition.scheme, 'INFO')
  let spent: Record<string, number> = {}
  try {
    const document = parseStdinDocument(await readDocument(host.stdin, '</input>'))
    const [stanza] = document.stanzas
    if (stanza === undefined) {
      log.info('No stanza is enabled; nothing to do.')
      return 0
    }
    log = openLog(host, registered.definition, stanza.name, stanza.parameters.get('log_level'))
    await runStanza(registered, host, document, stanza, log, (account) => {
      spent = account
    })
    return conclude(undefined, log, spent)
  } catch (error) {
    return conclude(error, log, spent)
  }
}

async function runStanza(
  registered: Registered,
  host: Host,
  document: StdinDocument,
  stanza: Stanza,
  log: Log,
  onSpent: (spent: Record<string, number>) => void,
): Promise<void> {
  const { definition } = registered
  const name = { scheme: definition.scheme, input: stanza.name.replace(`${definition.scheme}://`, '') }
  readParameters(definition, stanza.parameters)
  const splunkd = connect(document, host)
  const store = new StorePatience(host.clock)
  const collection = (collectionName: string, fence?: Fence) => {
    const plain = new KvCollection(splunkd, collectionName)
    const guarded = fence === undefined ? plain : fenced(plain, fence)
    return patient(guarded, store, host.clock, host.stopping, (message) =>
      log.warn(message, { action: 'retry' }),
    )
  }
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
      const checkpoints = collection('mailtrail_checkpoints', lease)
      const values = await securedParameters(definition, name, stanza, splunkd, checkpoints, host, log)
      const source = await registered.load()
      const params = source.resolve(values)
      const account = createVendorClient({
        tenant: source.tenant(params),
        network: networkSettings(values, host),
        quota: collection('mailtrail_quota'),
        name,
        host,
        log,
      })
      const { vendor } = account
      const index = decided(stanza.parameters.get('index'))
      const stream = new EventStream((bytes) => host.write(bytes), {
        stanza: stanza.name,
        input: name.input,
        index,
        host: decided(stanza.parameters.get('host')),
      })
      const sink = new Tally(stream)
      const runLog = new RunLog(log, name.input, index, sink)
      log.info('The run begins.', { action: 'started', lease: lease.number })
      try {
        await runPass({
          source,
          params,
          name,
          sourcetype: decided(stanza.parameters.get('sourcetype')),
          startTime: () => values.instant('start_time', vendor.clock.now()),
          checkpoints,
          ledger: collection('mailtrail_ledger', lease),
          sink,
          fence: lease,
          vendor,
          budget: () => account.quota?.budget,
          log,
          clock: host.clock,
          signal: host.stopping,
          onStream: (streamName, totals) => runLog.stream(streamName, totals, vendor.clock.now()),
        })
        await stream.close()
      } finally {
        runLog.account(account)
        onSpent(costs(account))
        await account
          .close()
          .catch((error: unknown) => log.warn(`The rate could not be given back: ${String(error)}`))
      }
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
