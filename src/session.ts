import { readFileSync } from 'node:fs'
import { Misconfigured } from './errors.ts'
import type { Host } from './host.ts'
import type { InputDefinition } from './input/definition.ts'
import { logFileWriter } from './input/log-file.ts'
import { isLoopback, type ParameterValues } from './input/parameters.ts'
import type { StdinDocument } from './input/stdin-document.ts'
import { createLog, type Level, type Log, levels, stderrLine } from './log.ts'
import { Splunkd } from './splunkd/splunkd.ts'
import type { NetworkSettings } from './transport/agents.ts'

/** A connection to the splunkd that started this process. */
export function connect(document: StdinDocument): Splunkd {
  const loopback = URL.canParse(document.serverUri) && isLoopback(new URL(document.serverUri).hostname)
  return new Splunkd({
    uri: document.serverUri,
    sessionKey: document.sessionKey,
    trust: { acceptUnverified: loopback },
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

/** @throws {Misconfigured} when `ca_file` cannot be read or holds no certificate. */
export function networkSettings(values: ParameterValues): NetworkSettings {
  const caFile = values.text('ca_file')
  return {
    proxyUrl: values.text('proxy_url'),
    proxyUsername: values.text('proxy_username'),
    proxyPassword: values.secret('proxy_password'),
    ...(caFile === undefined ? {} : { extraRoots: readRoots(caFile) }),
  }
}

function readRoots(path: string): string {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const why =
      error instanceof Error && 'code' in error && error.code === 'ENOENT'
        ? 'there is no such file'
        : 'it cannot be read'
    throw new Misconfigured(`ca_file: ${path}: ${why}. It must be readable for the user that runs Splunk.`, {
      cause: error,
    })
  }
  if (!text.includes('-----BEGIN CERTIFICATE-----')) {
    throw new Misconfigured(
      `ca_file: ${path} holds no certificate in PEM form ("-----BEGIN CERTIFICATE-----").`,
    )
  }
  return text
}
