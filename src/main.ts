/**
 * Where every launcher ends up: `argv[2]` is the scheme (or `mailtrail` for the command line), the rest is what
 * splunkd or the operator gives. Only this file touches the process; everything else is handed what it needs, and is
 * loaded only when it is needed.
 */
import { renderScheme } from './input/scheme.ts'
import { registry } from './sources/index.ts'

const [name = '', ...args] = process.argv.slice(2)
const registered = registry.find(({ definition }) => definition.scheme === name)

if (registered !== undefined && args[0] === '--scheme') {
  process.stdout.write(renderScheme(registered.definition))
} else if (registered !== undefined || name === 'mailtrail') {
  const { Host } = await import('./host.ts')
  const host = new Host(process)
  if (registered === undefined) host.end(await (await import('./cli/mailtrail.ts')).mailtrail(args, host))
  else if (args[0] === '--validate-arguments')
    host.end(await (await import('./validate.ts')).validate(registered, host))
  else host.end(await (await import('./run.ts')).run(registered, host))
} else {
  process.stderr.write(
    `ERROR There is no input type "${name}"; known are ${registry.map(({ definition }) => definition.scheme).join(', ')}.\n`,
  )
  process.exitCode = 1
}
