import { createHash } from 'node:crypto'
import type { InputDefinition } from '../../src/input/definition.ts'
import type { Platform } from './platforms.ts'
import { addon, runtimeVersion } from './project.ts'

/** The `README.txt` at the top of the package, with the declaration of binaries that app review asks for. */
export function packageReadme(
  platform: Platform,
  definitions: readonly InputDefinition[],
  runtime: Buffer | undefined,
): string {
  return [
    `${addon.label} ${addon.version} (${platform.name})`,
    addon.description,
    ['Inputs', ...definitions.map(({ scheme, title }) => `  ${scheme}: ${title}`)].join('\n'),
    [
      'Installation',
      "  Unpack the package into $SPLUNK_HOME/etc/apps, or use Splunk's own app installation. Restart Splunk.",
      '  Then create an input under Settings > Data inputs.',
      '  Inputs belong on a heavy forwarder or a standalone instance; search heads need the add-on as well.',
    ].join('\n'),
    ['Binary File Declaration', ...declaration(platform, runtime)].join('\n'),
    ['Licence', '  Apache License 2.0, see LICENSE. Works of others: see THIRD-PARTY-NOTICES.txt.'].join(
      '\n',
    ),
    '',
  ].join('\n\n')
}

function declaration(platform: Platform, runtime: Buffer | undefined): string[] {
  if (platform.runtime === undefined || runtime === undefined) {
    return [
      '  None. This package uses a Node.js of version 24 or later that the host has, on PATH or in NODE_HOME.',
    ]
  }
  const stripped = platform.runtime.os === 'linux' ? ', without its symbol table' : ''
  return [
    `  ${platform.runtime.target}: Node.js ${runtimeVersion}, which runs the add-on's program.`,
    `  Source: https://github.com/nodejs/node/tree/v${runtimeVersion}`,
    `  Taken from the npm package ${platform.runtime.npmPackage} ${runtimeVersion}${stripped}.`,
    `  SHA-256: ${createHash('sha256').update(runtime).digest('hex')}`,
  ]
}
