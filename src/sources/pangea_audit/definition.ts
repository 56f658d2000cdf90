import { commonParameters } from '../../input/common-parameters.ts'
import type { InputDefinition } from '../../input/definition.ts'

export const definition: InputDefinition = {
  scheme: 'pangea_audit',
  title: 'Pangea Secure Audit Log',
  description: 'Records of Pangea Secure Audit Log, with their tamper evidence checked as they come in.',
  parameters: [
    {
      name: 'domain',
      title: 'Domain',
      description:
        'The domain of your project, from Project Settings in the Pangea User Console. The service host is audit.<domain>. ' +
        'Not needed with a base URL.',
      kind: 'text',
      group: 'account',
      example: 'aws.us.pangea.cloud',
    },
    {
      name: 'base_url',
      title: 'Base URL',
      description:
        'Scheme and host of the service, only where it is not audit.<domain>. Wins over the domain.',
      kind: 'url',
      group: 'account',
      example: 'https://audit.aws.us.pangea.cloud',
    },
    {
      name: 'token',
      title: 'Service token',
      description:
        'A token of the Secure Audit Log service that may search, from Secure Audit Log > Overview or Project Settings > Tokens. ' +
        'Stored encrypted in Splunk; shown as asterisks once stored.',
      kind: 'secret',
      inHeader: true,
      group: 'account',
      requiredOnCreate: true,
    },
    {
      name: 'config_id',
      title: 'Config ID',
      description:
        'Which configuration of the service to read; it is at the top of the Secure Audit Log dashboard. ' +
        'Needed only where the project has several.',
      kind: 'text',
      group: 'account',
      example: 'pci_…',
    },
    {
      name: 'query',
      title: 'Query',
      description:
        'Only records that this search finds, in the language of the log viewer, such as actor:"Jane Doe". Empty for all. ' +
        'With a query, missing records cannot be told from filtered ones, and are not looked for.',
      kind: 'text',
      group: 'collection',
      example: 'action:login',
    },
    {
      name: 'overlap_minutes',
      title: 'Overlap (minutes)',
      description:
        'How far each read goes back before the end of the last, because records can be found late; repeats are left out.',
      kind: 'integer',
      group: 'collection',
      default: '10',
      min: 1,
      max: 1440,
    },
    {
      name: 'verify',
      title: 'Verify',
      description:
        'Check hash, signature, membership and consistency of every record, and watch the published roots. ' +
        'Records that fail are delivered all the same, marked.',
      kind: 'boolean',
      group: 'collection',
      default: 'true',
    },
    {
      name: 'signing_keys',
      title: 'Signing keys',
      description:
        'Trusted public keys, separated by commas: base64 of the raw 32 bytes of an ed25519 key. With the list set, any other ' +
        'signer fails; without it any valid signature passes, which says nothing about who signed.',
      kind: 'list',
      group: 'collection',
    },
    {
      name: 'arweave_url',
      title: 'Arweave gateway',
      description:
        'Where to ask for the roots that Pangea writes to the public Arweave network, to hold them against its own. Empty: not asked. ' +
        'The host needs a way to the internet, through the proxy if there is one.',
      kind: 'url',
      group: 'collection',
      example: 'https://arweave.net',
    },
    ...commonParameters,
  ],
  checks: ['credentials', 'audit log'],
  sourcetypes: [
    {
      name: 'pangea:audit',
      description: 'One audit record, with its tamper evidence and what became of its checks.',
    },
    {
      name: 'mailtrail:integrity',
      description:
        'A finding of the verification: a check that failed, history that changed, records that are missing.',
    },
  ],
}
