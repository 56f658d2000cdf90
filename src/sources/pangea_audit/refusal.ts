import * as z from 'zod'
import { type ErrorCategory, Misconfigured, UnitUnavailable } from '../../errors.ts'
import type { Reply, VendorClient } from '../../transport/client.ts'

/** The answer's frame. Source: Pangea API reference, "Pangea standard response schema". */
export const frame = z.looseObject({
  status: z.string().nullish(),
  summary: z.string().nullish(),
  request_id: z.string().nullish(),
  result: z.unknown().optional(),
})
export type Frame = z.infer<typeof frame>

const validation = z.looseObject({
  errors: z.array(
    z.looseObject({ code: z.string().nullish(), detail: z.string().nullish(), source: z.string().nullish() }),
  ),
})

/** What was asked for is not there: a result set, a root, a request that is still to be answered. */
export class NotThere extends UnitUnavailable {}

const notThere = new Set(['notfound', 'treenotfound', 'badoffset'])
const passing = new Set([
  'toomanyrequests',
  'internalerror',
  'servicenotavailable',
  'providererror',
  'failed',
  'accepted',
])

/** What an administrator must do, by status. Source: Pangea API reference, status values. */
const fixes: Readonly<Record<string, string>> = {
  unauthorized:
    'Check token: it must be a token of Secure Audit Log, of the project and region that domain names, not revoked or run out, and allowed to search.',
  nocredit: 'The Pangea account has no credit left; see Billing in the Pangea User Console.',
  servicenotenabled: 'Enable Secure Audit Log for the project in the Pangea User Console.',
  missingconfigid: 'The project has several configurations; set config_id to the one to read.',
  missingconfigidscope:
    'The token may not read this configuration; give it the scope for config_id, or use a token that has it.',
  confignotexist:
    'There is no such configuration; copy config_id from the top of the Secure Audit Log dashboard.',
  forbiddenfieldvalue:
    'The token is restricted to some values of a field; use one that may search without restriction.',
  invalidpayloadreceived:
    'Check config_id and query; a proxy that rewrites requests can be the cause as well.',
  validationerror: 'Check config_id and query.',
}

const categories: Readonly<Record<string, ErrorCategory>> = {
  unauthorized: 'Authentication Error',
  servicenotenabled: 'Permission Error',
  missingconfigidscope: 'Permission Error',
  forbiddenfieldvalue: 'Permission Error',
}

const fixesByField: Readonly<Record<string, string>> = {
  config_id: 'Check config_id: copy it from the top of the Secure Audit Log dashboard.',
  query: 'Check query: it must be a search as the log viewer of Secure Audit Log takes it.',
}

/**
 * Why an answer is not a success: the status in the frame decides, in either letter case; the HTTP code only where
 * there is none, or one that is not known.
 */
export function refusal(
  step: string,
  reply: Reply,
  answer: Frame | undefined,
  vendor: Pick<VendorClient, 'tryLater'>,
): Error {
  const status = answer?.status?.toLowerCase() ?? ''
  const details = validationErrors(answer)
  const said = [answer?.status ?? `HTTP ${reply.status}`, answer?.summary, ...details.map(({ text }) => text)]
  const what = `While ${step}: Pangea answers ${said.filter(Boolean).join(': ').slice(0, 500)}.`
  const again = (): Error => vendor.tryLater(`${what} It will be asked again.`, reply)

  if (notThere.has(status)) return new NotThere(what)
  if (passing.has(status)) return again()
  const fix =
    details.map(({ field }) => fixesByField[field]).find((text) => text !== undefined) ?? fixes[status]
  if (fix !== undefined)
    return new Misconfigured(`${what} ${fix}`, { category: categories[status] ?? 'Configuration Error' })
  if (reply.status === 401 || reply.status === 403)
    return new Misconfigured(`${what} ${fixes.unauthorized}`, { category: 'Authentication Error' })
  if (reply.status === 404)
    return new Misconfigured(
      `${what} Check domain (or base_url): there is no Secure Audit Log at that address.`,
    )
  if (reply.status >= 400 && reply.status < 500 && reply.status !== 429 && reply.status !== 408)
    return new Misconfigured(`${what} Check domain, config_id and query.`)
  return again()
}

function validationErrors(answer: Frame | undefined): { field: string; text: string }[] {
  const parsed = validation.safeParse(answer?.result)
  if (!parsed.success) return []
  return parsed.data.errors.map(({ code, detail, source }) => ({
    field: (source ?? '').replace(/^\//, ''),
    text: [source, code, detail].filter(Boolean).join(' '),
  }))
}
