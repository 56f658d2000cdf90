import { checkInput, messageOf } from '../../src/check.ts'
import { registry } from '../../src/sources/index.ts'

/** What a whole right configuration has, for a vendor that is never reached. */
export const unreached: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  cisco_etd: { base_url: 'http://127.0.0.1:9', client_id: 'client', client_secret: 'secret', api_key: 'key' },
  pangea_audit: { base_url: 'http://127.0.0.1:9', token: 'pts_token' },
  trendmicro_email: { base_url: 'http://127.0.0.1:9', username: 'login', api_key: 'key' },
}

export interface CheckResult {
  /** Why the settings are refused; undefined when they are right. */
  readonly message: string | undefined
  readonly steps: readonly string[]
  readonly tookMs: number
}

/** Checks an input as `--validate-arguments` does, in this process. Nothing is stored for masked secrets. */
export async function check(
  scheme: string,
  given: Readonly<Record<string, string>>,
  options: { noProxy?: string } = {},
): Promise<CheckResult> {
  const registered = registry.find(({ definition }) => definition.scheme === scheme)
  if (registered === undefined) throw new Error(`no input type ${scheme}`)
  const steps: string[] = []
  const nothing = (): void => undefined
  const began = performance.now()
  const result = (message: string | undefined): CheckResult => ({
    message,
    steps,
    tookMs: performance.now() - began,
  })
  const clock = {
    now: () => Date.now(),
    sleep: (ms: number, signal?: AbortSignal): Promise<void> => {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const timer = setTimeout(resolve, ms)
      signal?.addEventListener('abort', () => {
        clearTimeout(timer)
        reject(signal.reason)
      })
      return promise
    },
  }
  try {
    await checkInput(
      {
        registered,
        input: 'checked',
        parameters: new Map(Object.entries(given)),
        secrets: { get: async () => undefined, put: async () => undefined },
      },
      { clock, stopping: new AbortController().signal, noProxy: options.noProxy },
      { debug: nothing, info: nothing, warn: nothing, error: nothing },
      (step) => steps.push(step),
    )
    return result(undefined)
  } catch (error) {
    return result(messageOf(error))
  }
}
