import type { InputStanza } from '../apps/inputs-conf.ts'
import { escapeXml } from '../xml.ts'

/** What stands above the configuration in every document that splunkd writes to an input. */
export interface DocumentHead {
  readonly serverHost: string
  readonly serverUri: string
  readonly sessionKey: string
  /** Ends with the scheme's name and is shared by all of its stanzas. */
  readonly checkpointDirectory: string
}

function head(of: DocumentHead): string {
  return [
    `  <server_host>${escapeXml(of.serverHost)}</server_host>`,
    `  <server_uri>${escapeXml(of.serverUri)}</server_uri>`,
    `  <session_key>${escapeXml(of.sessionKey)}</session_key>`,
    `  <checkpoint_dir>${escapeXml(of.checkpointDirectory)}</checkpoint_dir>`,
  ].join('\n')
}

function parameters(settings: Iterable<readonly [string, string]>, indent: string): string {
  const byName = [...settings].sort(([left], [right]) => (left < right ? -1 : 1))
  return byName
    .map(([name, value]) => `${indent}<param name="${escapeXml(name)}">${escapeXml(value)}</param>\n`)
    .join('')
}

const PROLOG = '<?xml version="1.0" encoding="UTF-8"?>\n'

/** The document of a run. */
export function inputDocument(of: DocumentHead, stanzas: readonly InputStanza[]): string {
  const configuration = stanzas.map(
    (stanza) =>
      `    <stanza name="${escapeXml(stanza.name)}" app="${escapeXml(stanza.app)}">\n${parameters(stanza.settings, '      ')}    </stanza>\n`,
  )
  const body = configuration.length
    ? `  <configuration>\n${configuration.join('')}  </configuration>`
    : '  <configuration/>'
  return `${PROLOG}<input>\n${head(of)}\n${body}\n</input>\n`
}

/** The document of `--validate-arguments`. */
export function itemsDocument(
  of: DocumentHead,
  input: string,
  settings: ReadonlyMap<string, string>,
): string {
  return `${PROLOG}<items>\n${head(of)}\n  <item name="${escapeXml(input)}">\n${parameters(settings, '    ')}  </item>\n</items>\n`
}
