import * as z from 'zod'
import { MailtrailError, Misconfigured } from '../errors.ts'
import { type Registered, registry } from '../sources/index.ts'
import { type Splunkd, SplunkdRefusal } from '../splunkd/splunkd.ts'

const feed = z.object({
  entry: z.array(
    z.object({
      name: z.string(),
      content: z.record(z.string(), z.unknown()),
    }),
  ),
})

/** One input as Splunk has it. */
export interface ConfiguredInput {
  readonly registered: Registered
  /** The stanza's name without the scheme. */
  readonly name: string
  /** Scheme and name. */
  readonly stanza: string
  readonly disabled: boolean
  readonly parameters: ReadonlyMap<string, string>
}

/** The inputs of all types of this add-on. */
export async function configuredInputs(splunkd: Splunkd): Promise<ConfiguredInput[]> {
  const inputs: ConfiguredInput[] = []
  for (const registered of registry) {
    const { scheme } = registered.definition
    const step = `listing the inputs of type ${scheme}`
    const reply = await splunkd
      .request(step, 'GET', `/servicesNS/-/-/data/inputs/${scheme}`, { query: { count: -1 } })
      .catch((error: unknown) => {
        throw refused(error) ?? error
      })
    for (const { name, content } of feed.parse(reply.data).entry) {
      inputs.push({
        registered,
        name,
        stanza: `${scheme}://${name}`,
        disabled: /^(1|true)$/i.test(String(content.disabled ?? '0')),
        parameters: new Map(
          Object.entries(content)
            .filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
            .map(([key, value]) => [key, String(value)]),
        ),
      })
    }
  }
  return inputs
}

/** splunkd does not know who asks, or does not let them. */
function refused(error: unknown): Misconfigured | undefined {
  const unknownSession = error instanceof MailtrailError && error.category === 'Authentication Error'
  if (!unknownSession && !(error instanceof SplunkdRefusal && error.status === 403)) return undefined
  return new Misconfigured('splunkd does not let this session list inputs. Sign in as an administrator.', {
    cause: error,
    category: 'Authentication Error',
  })
}

/** The input that an operator names, with or without its scheme. @throws {Misconfigured} when there is none, or several. */
export async function inputNamed(splunkd: Splunkd, wanted: string): Promise<ConfiguredInput> {
  const inputs = await configuredInputs(splunkd)
  const found = inputs.filter(({ stanza, name }) => stanza === wanted || name === wanted)
  const [input] = found
  if (input !== undefined && found.length === 1) return input
  const known = inputs.map(({ stanza }) => stanza).join(', ') || 'none'
  throw new Misconfigured(
    found.length === 0
      ? `There is no input ${wanted}. Inputs of this add-on: ${known}.`
      : `Several inputs are called ${wanted}; name one with its type: ${found.map(({ stanza }) => stanza).join(', ')}.`,
  )
}
