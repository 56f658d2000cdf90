import { chosenUnits, ofChosenTenant } from './chosen.ts'
import {
  amber,
  cellsColoredBy,
  green,
  onColors,
  red,
  severityColors,
  stateColors,
  zeroIsGood,
} from './colors.ts'
import { view } from './dashboard.ts'
import { choices, inputChoice, tenantChoice, timeRange } from './inputs.ts'
import { choose, columns, goTo, number, searchFor, table } from './panels.ts'

const noUnits = 'no unit in this time.'

/** What the ledger says was collected, and what is missing. */
export const completeness = view({
  id: 'mailtrail_completeness',
  label: 'Completeness',
  description: 'What was collected hour by hour, what is missing, and until when it can still be had.',
  inputs: { input_time: timeRange, input_input: inputChoice, input_tenant: tenantChoice },
  searches: {
    ...choices,
    units: {
      query: `
${chosenUnits}
| addinfo
| eval from_time=\`mailtrail_epoch(from)\`, to_time=\`mailtrail_epoch(to)\`, expires_time=\`mailtrail_epoch(expires)\`
| where to_time>info_min_time AND (info_max_time=="+Infinity" OR from_time<info_max_time)
| table input stream unit from to state events unparsed expires reason from_time to_time expires_time`,
    },
    totals: {
      from: 'units',
      query: `
| eval complete=if(state=="complete", 1, 0), lost=if(state=="gap" OR state=="truncated", 1, 0), hours_left=if(state=="complete" OR state=="gap", null(), (expires_time-now())/3600)
| stats count AS units sum(complete) AS complete sum(lost) AS lost sum(unparsed) AS unparsed min(hours_left) AS hours_left
| eval percent=if(units>0, round(100*complete/units, 1), 100), missing=units-coalesce(complete, 0), lost=coalesce(lost, 0), unparsed=coalesce(unparsed, 0), hours_left=if(isnull(hours_left), "–", round(hours_left, 1) . "")`,
    },
    percent: { from: 'totals', query: '| table percent' },
    missing: { from: 'totals', query: '| table missing' },
    lost: { from: 'totals', query: '| table lost' },
    unparsed: { from: 'totals', query: '| table unparsed' },
    hours_left: { from: 'totals', query: '| table hours_left' },
    matrix: {
      from: 'units',
      query: `
| eval hour=strftime(from_time-from_time%3600, "%m-%d %H:%M"), series=input . " " . stream
| eval rank=case(state=="complete", 0, state=="replay", 1, state=="open", 2, state=="failed", 3, state=="truncated", 4, true(), 5)
| stats max(rank) AS rank BY hour, series
| eval state=case(rank==0, "complete", rank==1, "replay", rank==2, "open", rank==3, "failed", rank==4, "truncated", true(), "gap")
| xyseries hour series state
| sort 0 -hour`,
    },
    states_by_hour: {
      from: 'units',
      query: '| eval _time=from_time\n| timechart span=1h count BY state',
    },
    missing_units: {
      from: 'units',
      query: `
| where state!="complete"
| eval hours_left=round((expires_time-now())/3600, 1)
| eval can_still_be_had=case(state=="gap", "no, it is gone", isnull(hours_left), "yes", hours_left>0, "for " . hours_left . " hours", true(), "no, it has expired")
| eval rank=case(state=="open" AND to_time>now()-7200, 2, state=="gap" OR hours_left<=0, 1, true(), 0)
| sort 0 rank hours_left
| eval begins=strftime(from_time, "%Y-%m-%d %H:%M")
| rename can_still_be_had AS "still to be had"
| table input stream state begins "still to be had" reason unit`,
    },
    summary: {
      query: `
| \`mailtrail_completeness\`
| search input=$input|s$ tenant=$tenant|s$
| eval missing_since=strftime(missing_since, "%Y-%m-%d %H:%M"), last_unit=strftime(last_time, "%Y-%m-%d %H:%M")
| rename complete_percent AS "complete %", lost_units AS lost, missing_since AS "missing since", hours_until_expiry AS "hours left", last_unit AS "last unit"
| table tenant input stream units "complete %" lost events "missing since" "hours left" "last unit"`,
    },
    against_index: {
      query: `
| tstats count AS indexed WHERE \`mailtrail_index\` (source="etd:*" OR source="pangea:*" OR source="tmes:*") BY source
| append
    [${chosenUnits}
    | where state=="complete" AND events>0 AND \`mailtrail_epoch(from)\`>now()-604800 AND \`mailtrail_epoch(last_fetch)\`<now()-1800
    | \`mailtrail_unit_source\`
    | stats sum(events) AS expected values(input) AS input values(stream) AS stream BY source]
| stats sum(indexed) AS indexed sum(expected) AS expected values(input) AS input values(stream) AS stream BY source
| where isnotnull(expected)
| eval indexed=coalesce(indexed, 0)
| eval fewer=max(0, expected-indexed), differs=if(indexed<expected, 1, 0)
| stats count AS units sum(expected) AS in_ledger sum(indexed) AS in_index sum(fewer) AS fewer sum(differs) AS units_that_differ BY input, stream
| eval verdict=if(fewer>0, "fewer in the index", "agree")
| sort 0 -fewer
| rename in_ledger AS ledger, in_index AS index, units_that_differ AS differ
| table input stream units ledger index differ verdict`,
      earliest: '-9d',
    },
    findings: {
      query: `
\`mailtrail_index\` mailtrail_input=$input|s$ (sourcetype="mailtrail:integrity" OR (sourcetype="pangea:audit" integrity=fail))
| \`mailtrail_dedup\`
${ofChosenTenant}
| eval about=coalesce(description, vendor_action . " by " . user), concerns=if(sourcetype=="mailtrail:integrity" AND dest_type=="record", dest, mailtrail_id)
| eval rank=case(severity=="critical", 0, severity=="medium", 2, severity=="informational", 3, true(), 1)
| table _time mailtrail_input severity rank signature about concerns`,
    },
    // A record that does not verify and what was found about it are one failure.
    failures: {
      from: 'findings',
      query: `
| where rank<3
| stats max(_time) AS last min(rank) AS rank values(mailtrail_input) AS input values(signature) AS finding values(about) AS about BY concerns
| eval severity=case(rank==0, "critical", rank==1, "high", true(), "medium"), finding=coalesce(finding, "The record does not verify")
| sort 0 rank -last
| eval time=strftime(last, "%Y-%m-%d %H:%M:%S")
| table time severity finding about input concerns`,
    },
    failure_count: {
      from: 'findings',
      query: '| where rank<3\n| stats dc(concerns) AS failures\n| table failures',
    },
    finding_kinds: {
      from: 'findings',
      query: `
| eval severity=coalesce(severity, "high"), finding=coalesce(signature, "The record does not verify")
| stats count BY rank, severity, finding
| sort 0 rank -count
| table severity finding count`,
    },
  },
  rows: [
    {
      height: 130,
      panels: [
        number({
          id: 'percent',
          title: 'Complete',
          shows: 'Of the units in the ledger.',
          search: 'percent',
          unit: '%',
          decimals: 1,
          colors: [
            { to: 95, value: red },
            { from: 95, to: 100, value: amber },
            { from: 100, value: green },
          ],
        }),
        number({
          id: 'missing',
          title: 'Units not complete',
          shows: 'Open, failed or lost.',
          search: 'missing',
        }),
        number({
          id: 'lost',
          title: 'Lost units',
          shows: 'Cut off or deleted.',
          search: 'lost',
          colors: zeroIsGood,
        }),
        number({
          id: 'hours_left',
          title: 'Hours left',
          shows: 'Until a missing unit expires.',
          search: 'hours_left',
          decimals: 1,
        }),
        number({
          id: 'unparsed',
          title: 'Unparsed records',
          shows: 'Kept as they were sent.',
          search: 'unparsed',
        }),
        number({
          id: 'failure_count',
          title: 'Integrity failures',
          shows: 'In doubt.',
          search: 'failure_count',
          colors: zeroIsGood,
        }),
      ],
    },
    {
      height: 780,
      panels: [
        {
          id: 'matrix',
          type: 'splunk.table',
          title: 'Hours and inputs',
          shows:
            'The state of each hour, by input and stream; the worst one where an hour has several units.',
          noData: noUnits,
          search: 'matrix',
          width: 8,
          options: {
            count: 24,
            fontSize: 'small',
            drilldown: 'none',
            tableFormat: {
              rowBackgroundColors: '> table | matchValue(stateColors)',
              rowColors: '> table | matchValue(stateText)',
            },
          },
          context: {
            stateColors: cellsColoredBy(stateColors),
            stateText: onColors(cellsColoredBy(stateColors)),
          },
        },
        columns({
          id: 'states_by_hour',
          title: 'Units by state',
          shows: 'Units that began in each hour.',
          noData: noUnits,
          search: 'states_by_hour',
          axis: 'units',
          colors: stateColors,
          width: 4,
        }),
      ],
    },
    {
      height: 380,
      panels: [
        table({
          id: 'missing_units',
          title: 'What is missing, the most urgent first',
          shows:
            'Units that are not complete, why, and until when the vendor keeps them; a click shows how the input does.',
          noData: 'nothing is missing.',
          search: 'missing_units',
          onClick: goTo('mailtrail_health', { input: 'input' }, ['tenant']),
          colored: { state: cellsColoredBy(stateColors) },
          widths: { input: 100, stream: 140, reason: 260, unit: 280 },
        }),
      ],
    },
    {
      height: 420,
      panels: [
        table({
          id: 'failures',
          title: 'Integrity failures, the worst first',
          shows: 'Records and history in doubt; a click shows the events about one.',
          noData: 'nothing is amiss, or no input verifies.',
          search: 'failures',
          count: 20,
          onClick: searchFor('concerns'),
          colored: { severity: cellsColoredBy(severityColors) },
          widths: { time: 160, severity: 100, finding: 240, about: 320, concerns: 290 },
        }),
      ],
    },
    {
      height: 320,
      panels: [
        table({
          id: 'against_index',
          title: 'Ledger against index, last 7 days',
          shows: 'Events of complete units, as written and as found.',
          noData: 'no complete unit.',
          search: 'against_index',
          colored: {
            verdict: [
              { match: 'agree', value: green },
              { match: 'fewer in the index', value: red },
            ],
          },
          widths: { stream: 130, units: 80, ledger: 85, index: 80, differ: 80, verdict: 145 },
          width: 7,
        }),
        table({
          id: 'finding_kinds',
          title: 'All findings, counted',
          shows: 'What went well is informational.',
          noData: 'nothing was verified.',
          search: 'finding_kinds',
          width: 5,
          colored: { severity: cellsColoredBy(severityColors) },
          widths: { severity: 125, finding: 260 },
        }),
      ],
    },
    {
      height: 420,
      panels: [
        table({
          id: 'summary',
          title: 'By tenant, input and stream, all time',
          shows: 'Everything that the ledger holds; a click shows its input alone.',
          noData: 'no such input has collected anything.',
          search: 'summary',
          onClick: choose({ tenant: 'row.tenant.value', input: 'row.input.value' }),
          widths: {
            tenant: 280,
            input: 90,
            stream: 140,
            units: 75,
            'complete %': 105,
            lost: 65,
            events: 85,
            'hours left': 100,
          },
        }),
      ],
    },
  ],
})
