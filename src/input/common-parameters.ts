import type { Parameter } from './definition.ts'

/** What every input type takes besides Splunk's own settings; an input's own parameters come first in the form. */
export const commonParameters: readonly Parameter[] = [
  {
    name: 'start_time',
    title: 'Start time',
    description:
      'Where the first run begins: an ISO 8601 instant, or relative to now. What is older than the vendor keeps is ' +
      'recorded as a gap. Later runs go on from where the last one ended.',
    kind: 'instant',
    group: 'collection',
    default: '-24h',
    example: '-7d or 2026-11-01T00:00:00Z',
  },
  {
    name: 'proxy_url',
    title: 'Proxy',
    description:
      'The proxy to the vendor. User name and password have fields of their own. Splunk itself is never reached through it.',
    kind: 'url',
    group: 'network',
    example: 'http://proxy.example.com:3128',
  },
  {
    name: 'proxy_username',
    title: 'Proxy user name',
    description: 'Only for a proxy that asks for one.',
    kind: 'text',
    group: 'network',
  },
  {
    name: 'proxy_password',
    title: 'Proxy password',
    description: 'Stored encrypted in Splunk; shown as asterisks once stored.',
    kind: 'secret',
    group: 'network',
  },
  {
    name: 'ca_file',
    title: 'CA file',
    description:
      'A PEM file on this host with further trusted roots for the vendor and the proxy, for networks that inspect TLS.',
    kind: 'file',
    group: 'network',
    example: '/opt/splunk/etc/auth/corporate-roots.pem',
  },
  {
    name: 'log_level',
    title: 'Log level',
    description: 'How much this input writes to its log file and to splunkd.log.',
    kind: 'choice',
    group: 'logging',
    default: 'INFO',
    choices: ['DEBUG', 'INFO', 'WARN', 'ERROR'].map((value) => ({ value, label: value })),
  },
]
