import type { Environment } from '../runs/environment.ts'
import { ask, scriptFailure } from '../runs/question.ts'
import type { App } from './app.ts'
import { isTrue } from './conf.ts'
import { parseScheme, type Scheme } from './scheme.ts'

/** How long an input type has to describe itself, in milliseconds. */
const TIMEOUT_MS = 30_000

/** Asks an app's input type for its scheme. Throws with splunkd's own words when that fails. */
export async function introspect(app: App, scheme: string, environment: Environment): Promise<Scheme> {
  const failed = (reason: string, cause?: unknown): Error =>
    new Error(
      `Unable to initialize modular input "${scheme}" defined in the app "${app.id}": Introspecting scheme=${scheme}: ${reason}`,
      { cause },
    )
  try {
    const script = app.launcher(scheme)
    const byShell = isTrue(app.conf('inputs').get(scheme)?.get('start_by_shell') ?? 'true')
    const answer = await ask({ script, arguments: ['--scheme'], byShell, environment }, '', TIMEOUT_MS)
    const failure = scriptFailure(answer)
    if (failure !== undefined) throw failed(`${failure} ${answer.stderr.trim()}`.trim())
    return parseScheme(answer.stdout, scheme, app.id)
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('Unable to initialize')) throw error
    throw failed(error instanceof Error ? error.message : String(error), error)
  }
}
