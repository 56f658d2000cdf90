import { commonParameters } from '../../input/common-parameters.ts'
import type { InputDefinition } from '../../input/definition.ts'

export const definition: InputDefinition = {
  scheme: 'cisco_etd',
  title: 'Cisco Secure Email Threat Defense',
  description: 'Message and audit logs from the Log Export API of Cisco Secure Email Threat Defense.',
  parameters: [
    {
      name: 'region',
      title: 'Region',
      description:
        'Where your Secure Email Threat Defense business is hosted; the address of its console tells. Not needed with a base URL.',
      kind: 'choice',
      group: 'account',
      choices: [
        { value: 'us', label: 'Americas (us)' },
        { value: 'de', label: 'Europe (de)' },
        { value: 'au', label: 'Australia (au)' },
        { value: 'in', label: 'India (in)' },
        { value: 'ae', label: 'UAE (ae)' },
      ],
    },
    {
      name: 'base_url',
      title: 'Base URL',
      description:
        'Scheme and host of the API, only where the region list does not have yours. Wins over the region.',
      kind: 'url',
      group: 'account',
      example: 'https://api.beta.etd.cisco.com',
    },
    {
      name: 'client_id',
      title: 'Client ID',
      description:
        'From Administration > API Clients in the console: create a client; a super-admin or admin can.',
      kind: 'text',
      group: 'account',
      requiredOnCreate: true,
    },
    {
      name: 'client_secret',
      title: 'Client password',
      description:
        'Shown once, when the API client is created. Stored encrypted in Splunk; shown as asterisks once stored.',
      kind: 'secret',
      group: 'account',
      requiredOnCreate: true,
    },
    {
      name: 'api_key',
      title: 'API key',
      description:
        'From the API Key page in the console; the same for all API clients. Stored encrypted in Splunk.',
      kind: 'secret',
      inHeader: true,
      group: 'account',
      requiredOnCreate: true,
    },
    {
      name: 'log_types',
      title: 'Log types',
      description:
        'Which logs to collect, separated by commas. Each must be switched on under Administration > Business > Export Log ' +
        'Preferences. Another type that Cisco exports may be named in inputs.conf.',
      kind: 'choices',
      group: 'collection',
      default: 'message,audit',
      open: true,
      choices: [
        { value: 'message', label: 'Message events' },
        { value: 'audit', label: 'Audit' },
        { value: 'connection', label: 'Blocked connections (Inline Mode)' },
      ],
    },
    {
      name: 'lookback_hours',
      title: 'Look-back (hours)',
      description: 'How long after its end an hour is asked for again, because files arrive late.',
      kind: 'integer',
      group: 'collection',
      default: '6',
      min: 1,
      max: 72,
    },
    {
      name: 'requests_per_second',
      title: 'Requests per second',
      description:
        "The tenant's API rate limit, shared by all inputs of this tenant; a burst of twice as many is used.",
      kind: 'decimal',
      group: 'limits',
      default: '2',
      min: 0.1,
      max: 1000,
    },
    {
      name: 'requests_per_day',
      title: 'Requests per day',
      description: "The tenant's daily API quota, shared by all inputs of this tenant.",
      kind: 'integer',
      group: 'limits',
      default: '10000',
      min: 10,
      max: 10_000_000,
    },
    ...commonParameters,
  ],
  checks: ['credentials', 'permission', 'export of each log type'],
  sourcetypes: [
    {
      name: 'cisco:etd:message',
      description: 'Message events: new messages, verdicts, reclassifications and remediations.',
    },
    { name: 'cisco:etd:audit', description: 'Administrator activity in the console and through the API.' },
  ],
}
