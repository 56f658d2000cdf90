import { commonParameters } from '../../input/common-parameters.ts'
import type { InputDefinition } from '../../input/definition.ts'

export const definition: InputDefinition = {
  scheme: 'trendmicro_email',
  title: 'Trend Micro Email Security',
  description: 'Mail tracking logs of Trend Micro Email Security: accepted and blocked traffic.',
  parameters: [
    {
      name: 'region',
      title: 'Region',
      description: 'The site of your console; its address tells. Not needed with a base URL.',
      kind: 'choice',
      group: 'account',
      choices: [
        { value: 'us', label: 'North America, Latin America, Asia Pacific (us)' },
        { value: 'eu', label: 'Europe, Africa (eu)' },
        { value: 'anz', label: 'Australia, New Zealand (anz)' },
        { value: 'jp', label: 'Japan (jp)' },
        { value: 'sg', label: 'Singapore (sg)' },
        { value: 'in', label: 'India (in)' },
        { value: 'ae', label: 'Middle East, UAE (ae)' },
        { value: 'uk', label: 'United Kingdom (uk)' },
      ],
    },
    {
      name: 'base_url',
      title: 'Base URL',
      description:
        'Scheme and host of the API, only where the region list does not have yours. Wins over the region.',
      kind: 'url',
      group: 'account',
      example: 'https://api.tmes.trendmicro.com',
    },
    {
      name: 'username',
      title: 'User name',
      description:
        'The Login ID of the console account that made the API key; the key works with that account only.',
      kind: 'text',
      group: 'account',
      requiredOnCreate: true,
    },
    {
      name: 'api_key',
      title: 'API key',
      description:
        'From Administration > Service Integration > API Access in the console, where Log Retrieval must be switched on. ' +
        'Stored encrypted in Splunk; shown as asterisks once stored.',
      kind: 'secret',
      group: 'account',
      requiredOnCreate: true,
    },
    {
      name: 'log_types',
      title: 'Log types',
      description: 'Which logs to collect, separated by commas.',
      kind: 'choices',
      group: 'collection',
      default: 'accepted_traffic,blocked_traffic',
      choices: [
        { value: 'accepted_traffic', label: 'Accepted traffic' },
        { value: 'blocked_traffic', label: 'Blocked traffic' },
      ],
    },
    {
      name: 'direction',
      title: 'Direction',
      description: 'Only mail of this direction. Empty for both.',
      kind: 'choice',
      group: 'collection',
      choices: [
        { value: 'in', label: 'Incoming (in)' },
        { value: 'out', label: 'Outgoing (out)' },
      ],
    },
    {
      name: 'domain',
      title: 'Domain',
      description: 'Only mail of this domain of yours. Empty for all domains.',
      kind: 'text',
      group: 'collection',
      example: 'example.com',
    },
    {
      name: 'overlap_minutes',
      title: 'Overlap (minutes)',
      description:
        'How far each read goes back before the end of the last, because records are written late; repeats are left out.',
      kind: 'integer',
      group: 'collection',
      default: '10',
      min: 1,
      max: 1440,
    },
    {
      name: 'lag_seconds',
      title: 'Lag (seconds)',
      description:
        'What is younger than this is left for the next run, because the vendor is still writing it.',
      kind: 'integer',
      group: 'collection',
      default: '60',
      min: 0,
      max: 3600,
    },
    ...commonParameters,
  ],
  checks: ['credentials', 'logs of each log type'],
  sourcetypes: [
    {
      name: 'trendmicro:email:tracking',
      description:
        'One record for each recipient of a message and each action on it: delivered, quarantined, bounced, blocked and so on.',
    },
  ],
}
