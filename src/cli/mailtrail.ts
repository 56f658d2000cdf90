import { Command, CommanderError, Option } from 'commander'
import { messageOf } from '../check.ts'
import { MailtrailError } from '../errors.ts'
import type { Host } from '../host.ts'
import { check } from './check.ts'
import { Connection, type ConnectionOptions } from './connection.ts'
import { configuredInputs, inputNamed } from './inputs.ts'
import { replay } from './replay.ts'
import { Report } from './report.ts'
import { status } from './status.ts'
import { verify } from './verify.ts'

const examples = `
Signing in:
  The password, or without --username a session key, is read from the first line of stdin, or asked for on a terminal.
  It is never an argument: every user of this machine can read those.

Examples:
  bin/mailtrail.sh --username admin status
  bin/mailtrail.sh --username admin check cisco_etd://mail
  bin/mailtrail.sh --username admin replay cisco_etd://mail --from 2026-11-01T10:00:00Z --to 2026-11-01T11:00:00Z --dry-run
  echo "$SESSION_KEY" | $SPLUNK_HOME/bin/splunk cmd etc/apps/TA-mailtrail/bin/mailtrail.sh --json status

Exit codes:
  0  done; for check: the input works; for verify: every record holds
  1  the settings, the credentials or the arguments are wrong; for verify: a record does not hold
  2  the vendor, the network or splunkd fails for now
`

/** The operator's command line. Returns the exit code. */
export async function mailtrail(args: readonly string[], host: Host): Promise<number> {
  let exitCode = 0
  let pending = Promise.resolve()
  const program = new Command('mailtrail')
  const write = (text: string): void => {
    // Whoever reads, such as head, may have seen enough.
    pending = pending.then(() => host.write(Buffer.from(text))).catch(() => undefined)
  }
  const globals = (): ConnectionOptions & { json: boolean } => program.opts()
  const report = (): Report => new Report(host, globals().json)
  const connected = async (task: (connection: Connection) => Promise<number>): Promise<void> => {
    const connection = await Connection.open(host, globals())
    try {
      exitCode = await task(connection)
    } finally {
      connection.close()
    }
  }
  const say = (message: string): void => host.writeError(`${message}\n`)

  program
    .description(
      'What the inputs of the Mailtrail Add-on for Splunk do, and why: check, status, replay, verify.',
    )
    .option('--splunkd-uri <uri>', 'the management port of splunkd', 'https://127.0.0.1:8089')
    .option('--username <name>', 'sign in to splunkd as this user; without it, with a session key')
    .option('--json', 'write one JSON document instead of text', false)
    .addHelpText('after', examples)
    .configureOutput({ writeOut: write, writeErr: (text) => host.writeError(text) })
    .exitOverride()

  program
    .command('check')
    .description(
      'check an input as Save does: parameters, name, proxy, TLS, credentials, permission, export, one record',
    )
    .argument('<stanza>', 'such as cisco_etd://mail, or its name alone')
    .action((stanza: string) => connected((connection) => check(connection, host, report(), stanza)))

  program
    .command('status')
    .description(
      'where each input stands: how far it got, what it is behind, its last error, what is missing',
    )
    .argument('[stanza]', 'only this input')
    .action((stanza: string | undefined) =>
      connected(async (connection) => {
        const { splunkd } = connection
        const inputs =
          stanza === undefined ? await configuredInputs(splunkd) : [await inputNamed(splunkd, stanza)]
        const checkpoints = connection.collection('mailtrail_checkpoints', say)
        return status(
          inputs,
          { checkpoints, ledger: connection.collection('mailtrail_ledger', say) },
          host,
          report(),
        )
      }),
    )

  program
    .command('replay')
    .description('have what an input collected for a time sent again, under the same ids')
    .argument('<stanza>', 'such as cisco_etd://mail, or its name alone')
    .requiredOption('--from <instant>', 'ISO 8601, or relative to now such as -3h')
    .requiredOption('--to <instant>', 'ISO 8601, or relative to now such as -2h')
    .option('--stream <name>', 'only this stream, such as message')
    .addOption(new Option('--dry-run', 'only say what it would fetch and cost').default(false))
    .action((stanza: string, options: { from: string; to: string; stream?: string; dryRun: boolean }) =>
      connected(async (connection) =>
        replay(
          await inputNamed(connection.splunkd, stanza),
          connection.collection('mailtrail_ledger', say),
          host.clock.now(),
          report(),
          options,
        ),
      ),
    )

  program
    .command('verify')
    .description('check the tamper evidence of audit records in a file; needs neither Splunk nor the vendor')
    .argument('<file>', 'records as Splunk exports them or as the vendor serves them, one on each line')
    .option('--signing-key <key...>', 'trusted public keys, base64 of raw 32-byte ed25519 keys', [])
    .action(async (file: string, { signingKey }: { signingKey: string[] }) => {
      exitCode = await verify(file, signingKey, report())
    })

  for (const command of program.commands)
    command.exitOverride().configureOutput({ writeOut: write, writeErr: (text) => host.writeError(text) })
  try {
    await program.parseAsync([...args], { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) {
      exitCode = error.exitCode === 0 || args.length === 0 ? error.exitCode : 1
    } else {
      say(`ERROR ${messageOf(error)}`)
      exitCode = error instanceof MailtrailError ? error.exitCode : 2
    }
  }
  await pending
  return exitCode
}
