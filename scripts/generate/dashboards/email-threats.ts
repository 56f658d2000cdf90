import { ofChosenTenant } from './chosen.ts'
import { cellsColoredBy, verdictColors, zeroIsGood } from './colors.ts'
import { view } from './dashboard.ts'
import { choices, inputChoice, tenantChoice, timeRange } from './inputs.ts'
import { bars, columns, goTo, number, searchFor, table } from './panels.ts'

const quiet = 'Cisco convicted no message.'
const letIn = 'Trend Micro blocked no message.'
const trace = goTo('mailtrail_message_trace', { message: 'message_id' })

/** What the vendors convicted and blocked. */
export const emailThreats = view({
  id: 'mailtrail_email_threats',
  label: 'Email threats',
  description: 'Verdicts, techniques, who is attacked, how fast, and what the gateway keeps out.',
  inputs: { input_time: timeRange, input_input: inputChoice, input_tenant: tenantChoice },
  searches: {
    ...choices,
    convicted: {
      query: `
\`mailtrail_index\` sourcetype="cisco:etd:message" mailtrail_input=$input|s$
| \`mailtrail_dedup\`
${ofChosenTenant}
| eval convicts=if(conviction!="none", 1, 0), removes=if(isnotnull(action_time) AND filter_action!="delivered", 1, 0)
| eval convicted_time=if(convicts==1, verdict_time, null()), removed_time=if(removes==1, action_time, null()), technique=if(convicts==1, signature_extra, null()), convicted_as=if(convicts==1, verdict, null())
| stats min(message_time) AS received min(convicted_time) AS convicted_time min(removed_time) AS removed_time latest(convicted_as) AS verdict latest(filter_action) AS disposition values(technique) AS technique values(message_id) AS message_id values(src_user) AS src_user values(recipient) AS recipient values(subject) AS subject BY internal_message_id
| where isnotnull(convicted_time)
| eval minutes_to_verdict=round((convicted_time-received)/60, 1), minutes_to_removal=round((removed_time-received)/60, 1)`,
    },
    totals: {
      from: 'convicted',
      query: `
| eval left=if(disposition=="delivered", 1, 0)
| stats count AS messages dc(recipient) AS recipients sum(left) AS left median(minutes_to_verdict) AS to_verdict median(minutes_to_removal) AS to_removal
| eval left=coalesce(left, 0), to_verdict=if(isnull(to_verdict), "–", round(to_verdict, 1) . ""), to_removal=if(isnull(to_removal), "–", round(to_removal, 1) . "")`,
    },
    total_messages: { from: 'totals', query: '| table messages' },
    total_recipients: { from: 'totals', query: '| table recipients' },
    total_left: { from: 'totals', query: '| table left' },
    to_verdict: { from: 'totals', query: '| table to_verdict' },
    to_removal: { from: 'totals', query: '| table to_removal' },
    verdicts_by_hour: {
      from: 'convicted',
      query: '| eval _time=convicted_time\n| timechart span=1h count BY verdict',
    },
    techniques: {
      from: 'convicted',
      query: '| stats count AS messages BY technique\n| sort 0 -messages\n| head 10',
    },
    recipients: {
      from: 'convicted',
      query: `
| stats count AS messages dc(src_user) AS senders dc(verdict) AS kinds BY recipient
| sort 0 -messages
| head 10`,
    },
    times: {
      from: 'convicted',
      query: `
| stats count AS messages median(minutes_to_verdict) AS verdict_median perc95(minutes_to_verdict) AS verdict_95_percent median(minutes_to_removal) AS removal_median perc95(minutes_to_removal) AS removal_95_percent BY verdict
| eval verdict_median=round(verdict_median, 1), verdict_95_percent=round(verdict_95_percent, 1), removal_median=round(removal_median, 1), removal_95_percent=round(removal_95_percent, 1)
| sort 0 -messages
| rename verdict_median AS "verdict median", verdict_95_percent AS "verdict 95 %", removal_median AS "removal median", removal_95_percent AS "removal 95 %"`,
    },
    convicted_later: {
      query: `
\`mailtrail_index\` ((sourcetype="trendmicro:email:tracking" action=delivered) OR (sourcetype="cisco:etd:message" conviction IN (malware, filter)))
| \`mailtrail_dedup\`
| \`mailtrail_tenant\`
| eval delivered_time=if(sourcetype=="trendmicro:email:tracking", _time, null())
| stats min(delivered_time) AS delivered_time min(verdict_time) AS convicted_time latest(verdict) AS verdict values(mailtrail_input) AS inputs values(tenant) AS tenants values(src_user) AS src_user values(recipient) AS recipient values(subject) AS subject BY message_id
| search inputs=$input|s$ tenants=$tenant|s$
| where isnotnull(delivered_time) AND convicted_time>delivered_time
| eval minutes=round((convicted_time-delivered_time)/60, 1), delivered=strftime(delivered_time, "%Y-%m-%d %H:%M")
| sort 0 -delivered_time
| rename src_user AS sender
| table delivered minutes verdict sender recipient subject message_id`,
    },
    blocked: {
      query: `
\`mailtrail_index\` sourcetype="trendmicro:email:tracking" mailtrail_stream=blocked_traffic mailtrail_input=$input|s$
| \`mailtrail_dedup\`
${ofChosenTenant}
| eval kind=coalesce(signature_id, "other"), reason=coalesce(signature, "no reason given")
| bin _time span=1h
| stats count dc(src) AS addresses BY _time, kind, reason`,
    },
    blocked_by_hour: { from: 'blocked', query: '| timechart span=1h sum(count) BY kind' },
    blocked_reasons: {
      from: 'blocked',
      query: '| stats sum(count) AS messages BY reason\n| sort 0 -messages\n| head 10',
    },
  },
  rows: [
    {
      height: 130,
      panels: [
        number({
          id: 'total_messages',
          title: 'Convicted messages',
          shows: 'By Cisco.',
          search: 'total_messages',
        }),
        number({
          id: 'total_recipients',
          title: 'Recipients attacked',
          shows: 'Different addresses.',
          search: 'total_recipients',
        }),
        number({
          id: 'total_left',
          title: 'Still in a mailbox',
          shows: 'Neither moved nor deleted.',
          search: 'total_left',
          colors: zeroIsGood,
        }),
        number({
          id: 'to_verdict',
          title: 'Minutes to verdict',
          shows: 'Median from receipt.',
          search: 'to_verdict',
          decimals: 1,
        }),
        number({
          id: 'to_removal',
          title: 'Minutes to remediation',
          shows: 'Median from receipt.',
          search: 'to_removal',
          decimals: 1,
        }),
      ],
    },
    {
      height: 300,
      panels: [
        columns({
          id: 'verdicts_by_hour',
          title: 'Verdicts over time',
          shows: 'Messages by the hour of their conviction.',
          noData: quiet,
          search: 'verdicts_by_hour',
          axis: 'messages',
          colors: verdictColors,
          width: 7,
        }),
        bars({
          id: 'techniques',
          title: 'Techniques',
          shows: 'What Cisco detected; a click shows its events.',
          noData: 'none was named.',
          search: 'techniques',
          axis: 'messages',
          width: 5,
          onClick: searchFor('technique'),
        }),
      ],
    },
    {
      height: 300,
      panels: [
        table({
          id: 'recipients',
          title: 'Most attacked recipients',
          shows: 'A click follows the recipient.',
          noData: quiet,
          search: 'recipients',
          onClick: goTo('mailtrail_message_trace', { message: 'recipient' }),
          widths: { recipient: 220 },
        }),
        table({
          id: 'times',
          title: 'Time to verdict and to remediation',
          shows: 'Minutes from receipt: median and 95th percentile.',
          noData: quiet,
          search: 'times',
          colored: { verdict: cellsColoredBy(verdictColors) },
          widths: {
            verdict: 100,
            messages: 105,
            'verdict median': 90,
            'verdict 95 %': 90,
            'removal median': 90,
          },
        }),
      ],
    },
    {
      height: 420,
      panels: [
        table({
          id: 'convicted_later',
          title: 'Delivered by the gateway, convicted later',
          shows:
            'Messages that Trend Micro delivered before Cisco convicted them; a click follows the message.',
          noData: 'no message was convicted after its delivery.',
          search: 'convicted_later',
          onClick: trace,
          widths: {
            delivered: 140,
            verdict: 110,
            sender: 190,
            recipient: 180,
            subject: 190,
            message_id: 200,
          },
          colored: { verdict: cellsColoredBy(verdictColors) },
        }),
      ],
    },
    {
      height: 300,
      panels: [
        columns({
          id: 'blocked_by_hour',
          title: 'Blocked by the gateway',
          shows: 'Messages refused, by the kind of reason.',
          noData: letIn,
          search: 'blocked_by_hour',
          axis: 'messages an hour',
          width: 7,
        }),
        bars({
          id: 'blocked_reasons',
          title: 'Reasons',
          shows: 'In Trend Micro’s words.',
          noData: letIn,
          search: 'blocked_reasons',
          axis: 'messages',
          width: 5,
        }),
      ],
    },
  ],
})
