import * as z from 'zod'
import { type Collection, documentKey, documentVersion } from './delivery/collection.ts'
import { type InputName, readDocument } from './delivery/documents.ts'
import type { Host } from './host.ts'
import type { InputDefinition } from './input/definition.ts'
import { type ParameterValues, readParameters } from './input/parameters.ts'
import { type MaskingRecord, storeAndMask, withStoredSecrets } from './input/secrets.ts'
import type { Stanza } from './input/stdin-document.ts'
import type { Log } from './log.ts'
import { Passwords, type Patience } from './splunkd/passwords.ts'
import { appId, type Splunkd } from './splunkd/splunkd.ts'
import { withRetry } from './transport/retry.ts'

/** splunkd may be busy for a moment, right after it has started above all. */
const splunkdRetries = { retries: 6, firstPause: 500, longestPause: 5_000, patience: 20_000 }

/** The parameters of a stanza that runs: its clear-text secrets are stored and masked first, masked ones are looked up. */
export async function securedParameters(
  definition: InputDefinition,
  name: InputName,
  stanza: Stanza,
  splunkd: Splunkd,
  checkpoints: Collection,
  host: Pick<Host, 'clock' | 'stopping'>,
  log: Log,
): Promise<ParameterValues> {
  const patience: Patience = (task) =>
    withRetry(task, splunkdRetries, host.clock, host.stopping, {
      onRetry: (error) => log.warn(error.message, { action: 'retry' }),
    })
  const passwords = new Passwords(splunkd, patience)
  await storeAndMask(
    definition,
    name.input,
    stanza,
    passwords,
    maskingRecord(checkpoints, name),
    (values) => writeStanza(splunkd, name, stanza, values),
    log,
  )
  return readParameters(
    definition,
    await withStoredSecrets(definition, name.input, stanza.parameters, passwords),
  )
}

const maskingDocument = z.looseObject({ _key: z.string(), attempts: z.number().int().nonnegative() })

/** Kept beside the checkpoints, under a stream of no name, which no source has. */
function maskingRecord(checkpoints: Collection, name: InputName): MaskingRecord {
  const _key = documentKey(name.scheme, name.input, 'masking')
  return {
    async attempts() {
      const [document] = await checkpoints.find({ _key })
      return document === undefined
        ? 0
        : readDocument(maskingDocument, document, 'record of masking').attempts
    },
    save: (attempts) =>
      checkpoints.save([{ _key, v: documentVersion, ...name, stream: '', name: 'masking', attempts }]),
  }
}

async function writeStanza(
  splunkd: Splunkd,
  { scheme, input }: InputName,
  stanza: Stanza,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  const app = encodeURIComponent(stanza.app ?? appId)
  await splunkd.request(
    'masking the secrets of the stanza',
    'POST',
    `/servicesNS/nobody/${app}/data/inputs/${scheme}/${encodeURIComponent(input)}`,
    { form: { ...values } },
  )
}
