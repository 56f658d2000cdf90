import type { Host } from './host.ts'
import { readRoots } from './input/ca-file.ts'
import type { InputDefinition } from './input/definition.ts'
import { logFileWriter } from './input/log-file.ts'
import { isLoopback, type ParameterValues } from './input/parameters.ts'
import type { StdinDocument } from './input/stdin-document.ts'
import { createLog, type Level, type Log, levels, stderrLine } from './log.ts'
import { Splunkd } from './splunkd/splunkd.ts'
import { splunkRoots } from './splunkd/trust.ts'
import type { NetworkSettings } from './transport/agents.ts'

/** A connection to the splunkd that started this process. */
export function connect(
  at: Pick<StdinDocument, 'serverUri' | 'sessionKey'>,
  host: Pick<Host, 'splunkHome'>,
): Splunkd {
  const loopback = URL.canParse(at.serverUri) && isLoopback(new URL(at.serverUri).hostname)
  return new Splunkd({
    uri: at.serverUri,
    sessionKey: at.sessionKey,
    trust: { roots: splunkRoots(host.splunkHome), acceptUnverified: loopback },
  })
}

/** The stanza's log: stderr for splunkd.log, and the add-on's own file. */
export function openLog(
  host: Host,
  definition: InputDefinition,
  stanza: string,
  level: string | undefined,
): Log {
  const stderr = (severity: Level, message: string): void => host.writeError(stderrLine(severity, message))
  const directory = host.logDirectory
  const file =
    directory === undefined
      ? []
      : [
          logFileWriter(
            directory,
            definition.scheme,
            { pid: host.pid, modular_input_name: stanza },
            host.clock.now,
            (reason) => stderr('WARN', reason),
          ),
        ]
  return createLog(levels.find((known) => known === level) ?? 'INFO', [stderr, ...file])
}

/** @throws {Misconfigured} when `ca_file` cannot be read or holds no certificate, or the proxy's parameters do not fit. */
export function networkSettings(values: ParameterValues, host: Pick<Host, 'noProxy'>): NetworkSettings {
  const caFile = values.text('ca_file')
  return {
    proxyUrl: values.text('proxy_url'),
    proxyUsername: values.text('proxy_username'),
    proxyPassword: values.secret('proxy_password'),
    noProxy: host.noProxy,
    ...(caFile === undefined ? {} : { extraRoots: readRoots(caFile) }),
  }
}
