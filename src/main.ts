/**
 * The program. Only this file and `start.ts`, which starts it, touch the process; everything else is handed what it
 * needs, and is loaded only when it is needed.
 */
import { renderScheme } from './input/scheme.ts'
import { registry } from './sources/index.ts'

/**
 * Does what a launcher was asked for.
 * @param name the scheme, or `mailtrail` for the command line.
 * @param args what splunkd or the operator gives.
 */
export async function main(name = '', ...args: readonly string[]): Promise<void> {
  const registered = registry.find(({ definition }) => definition.scheme === name)
  if (registered === undefined && name !== 'mailtrail') {
    const known = registry.map(({ definition }) => definition.scheme).join(', ')
    process.stderr.write(`ERROR There is no input type "${name}"; known are ${known}.\n`)
    process.exitCode = 1
    return
  }
  if (registered !== undefined && args[0] === '--scheme') {
    process.stdout.write(renderScheme(registered.definition))
    return
  }
  const { Host } = await import('./host.ts')
  const host = new Host(process)
  if (registered === undefined) host.end(await (await import('./cli/mailtrail.ts')).mailtrail(args, host))
  else if (args[0] === '--validate-arguments')
    host.end(await (await import('./validate.ts')).validate(registered, host))
  else host.end(await (await import('./run.ts')).run(registered, host))
}

/** Loads what a run needs, without running. */
export async function preload(): Promise<void> {
  await import('./host.ts')
  await import('./run.ts')
  for (const { load } of registry) await load()
}
