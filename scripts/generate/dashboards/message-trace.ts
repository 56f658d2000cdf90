import { ofChosenTenant } from './chosen.ts'
import { amber, cellsColoredBy, green, red, verdictColors } from './colors.ts'
import { view } from './dashboard.ts'
import { choices, inputChoice, tenantChoice, timeRange } from './inputs.ts'
import { choose, columns, table } from './panels.ts'

const nothing = 'no message fits. * stands for any characters.'

/** One message, sender or recipient through gateway, mailbox and audit log. */
export const messageTrace = view({
  id: 'mailtrail_message_trace',
  label: 'Message trace',
  description: 'A Message-ID, sender or recipient, followed through Trend Micro, Cisco and the audit logs.',
  inputs: {
    input_message: {
      type: 'input.text',
      title: 'Message-ID or address',
      options: { token: 'message' },
    },
    input_time: timeRange,
    input_input: inputChoice,
    input_tenant: tenantChoice,
  },
  searches: {
    ...choices,
    story: {
      query: `
\`mailtrail_index\` sourcetype IN ("trendmicro:email:tracking", "cisco:etd:message", "cisco:etd:audit", "pangea:audit") mailtrail_input=$input|s$
| \`mailtrail_dedup\`
${ofChosenTenant}
| eval wanted=lower(replace(replace($message|s$, "[<>\\s]+", ""), "[*]", "%")), people=lower(";" . coalesce(src_user, "") . ";" . coalesce(mvjoin(recipient, ";"), "") . ";" . coalesce(mvjoin(user, ";"), "") . ";")
| eval internal_id=if(sourcetype=="cisco:etd:audit", object_id, internal_message_id)
| eventstats values(message_id) AS message_of_id BY internal_id
| eval message_id=coalesce(message_id, mvindex(message_of_id, 0))
| eval fits=if(like(message_id, wanted) OR like(people, "%;" . wanted . ";%"), 1, 0)
| eventstats max(fits) AS message_fits BY message_id
| where fits==1 OR message_fits==1
| eval step=case(mailtrail_stream=="blocked_traffic", "blocked at the gateway: " . coalesce(signature, "no reason given"), sourcetype=="trendmicro:email:tracking", "gateway: " . vendor_action, sourcetype=="cisco:etd:audit" OR sourcetype=="pangea:audit", "audit: " . vendor_action, event_type=="create" AND isnotnull(verdict), "seen and convicted by Cisco: " . verdict, event_type=="create", "seen by Cisco", isnotnull(verdict), "verdict changed: " . verdict, isnotnull(vendor_action), "remediation: " . vendor_action, true(), "updated")
| eval who=coalesce(analyst, if(sourcetype=="cisco:etd:audit" OR sourcetype=="pangea:audit", coalesce(src_user, user), null()), reclassified_by, remediated_by), sender=if(sourcetype=="cisco:etd:message" OR sourcetype=="trendmicro:email:tracking", src_user, null())
| table _time vendor_product step verdict filter_action who sender recipient subject message_id`,
    },
    timeline: {
      from: 'story',
      query: `
| sort 0 _time
| eval time=strftime(_time, "%Y-%m-%d %H:%M:%S")
| rename vendor_product AS system, filter_action AS disposition
| table time system step verdict disposition who sender recipient message_id`,
    },
    messages: {
      from: 'story',
      query: `
| stats max(_time) AS last count AS events values(sender) AS sender values(recipient) AS recipient values(subject) AS subject latest(verdict) AS verdict latest(filter_action) AS disposition BY message_id
| sort 0 -last
| eval last=strftime(last, "%Y-%m-%d %H:%M:%S")
| table last message_id verdict disposition events sender recipient subject`,
    },
    by_hour: { from: 'story', query: '| timechart span=1h count BY vendor_product' },
  },
  rows: [
    {
      height: 380,
      panels: [
        table({
          id: 'messages',
          title: 'Messages',
          shows: 'Messages that fit, the last to be touched first; a click follows that one alone.',
          noData: nothing,
          search: 'messages',
          widths: {
            last: 160,
            message_id: 190,
            verdict: 110,
            disposition: 130,
            sender: 190,
            recipient: 180,
            subject: 180,
          },
          onClick: choose({ message: 'row.message_id.value' }),
          colored: { verdict: cellsColoredBy(verdictColors) },
        }),
      ],
    },
    {
      height: 240,
      panels: [
        columns({
          id: 'by_hour',
          title: 'When, and who saw it',
          shows: 'Events of those messages by system.',
          noData: nothing,
          search: 'by_hour',
          axis: 'events',
        }),
      ],
    },
    {
      height: 640,
      panels: [
        table({
          id: 'timeline',
          title: 'Timeline',
          shows: 'Every step from the gateway to the mailbox, and what administrators did.',
          noData: nothing,
          search: 'timeline',
          count: 20,
          widths: {
            time: 105,
            system: 140,
            step: 155,
            disposition: 115,
            who: 110,
            sender: 170,
            recipient: 165,
            message_id: 165,
          },
          colored: {
            verdict: cellsColoredBy(verdictColors),
            disposition: [
              { match: 'delivered', value: green },
              { match: 'quarantined', value: amber },
              { match: 'blocked', value: red },
              { match: 'deleted', value: red },
            ],
          },
        }),
      ],
    },
  ],
})
