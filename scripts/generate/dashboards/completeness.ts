import { cellsColoredBy, severityColors, stateColors, zeroIsGood } from './colors.ts'
import { view } from './dashboard.ts'
import { inputChoice, inputs, timeRange } from './inputs.ts'
import { columns, number, table } from './panels.ts'

const noUnits = 'the ledger has no unit in this time. Has the input run since?'

/** What the ledger says was collected, and what is missing. */
export const completeness = view({
  id: 'mailtrail_completeness',
  label: 'Completeness',
  description: 'What was collected hour by hour, what is missing, and until when it can still be had.',
  inputs: { input_time: timeRange, input_input: inputChoice },
  searches: {
    inputs,
    units: {
      query: `
| inputlookup mailtrail_ledger
| search input=$input|s$
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
| eval hour=strftime(from_time-from_time%3600, "%Y-%m-%d %H:%M"), series=input . " " . stream
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
| sort 0 hours_left
| table input stream unit state from to can_still_be_had events reason`,
    },
    summary: {
      query: `
| \`mailtrail_completeness\`
| search input=$input|s$
| eval missing_since=strftime(missing_since, "%Y-%m-%d %H:%M"), last_unit=strftime(last_time, "%Y-%m-%d %H:%M")
| table input stream units complete_percent lost_units events unparsed missing_since hours_until_expiry last_unit`,
    },
    against_index: {
      query: `
| tstats count AS indexed WHERE \`mailtrail_index\` (source="etd:*" OR source="pangea:*" OR source="tmes:*") BY source
| append
    [| inputlookup mailtrail_ledger
    | search input=$input|s$
    | where state=="complete" AND events>0 AND \`mailtrail_epoch(from)\`>now()-604800 AND \`mailtrail_epoch(last_fetch)\`<now()-1800
    | \`mailtrail_unit_source\`
    | stats sum(events) AS expected values(input) AS input values(stream) AS stream BY source]
| stats sum(indexed) AS indexed sum(expected) AS expected values(input) AS input values(stream) AS stream BY source
| where isnotnull(expected)
| eval indexed=coalesce(indexed, 0)
| eval fewer=max(0, expected-indexed), differs=if(indexed<expected, 1, 0)
| stats count AS units sum(expected) AS in_ledger sum(indexed) AS in_index sum(fewer) AS fewer sum(differs) AS units_that_differ BY input, stream
| eval verdict=if(fewer>0, "fewer in the index", "agree")
| sort 0 -fewer`,
      earliest: '-9d',
    },
    findings: {
      query: `
\`mailtrail_index\` mailtrail_input=$input|s$ (sourcetype="mailtrail:integrity" OR (sourcetype="pangea:audit" integrity=fail))
| \`mailtrail_dedup\`
| eval severity=coalesce(severity, "high"), finding=coalesce(signature, "The record does not verify"), about=coalesce(description, vendor_action . " by " . user)
| sort 0 -_time
| eval time=strftime(_time, "%Y-%m-%d %H:%M:%S")
| table time severity finding dest about mailtrail_input`,
    },
  },
  rows: [
    {
      height: 130,
      panels: [
        number({
          id: 'percent',
          title: 'Complete',
          shows: 'Units of the ledger that are complete.',
          noData: noUnits,
          search: 'percent',
          unit: '%',
          colors: [
            { to: 95, value: '#C9403F' },
            { from: 95, to: 100, value: '#D9902F' },
            { from: 100, value: '#2A9D6F' },
          ],
        }),
        number({
          id: 'missing',
          title: 'Units not complete',
          shows: 'Open, failed, cut off or out of reach.',
          noData: noUnits,
          search: 'missing',
        }),
        number({
          id: 'lost',
          title: 'Lost units',
          shows: 'Cut off by the vendor, or deleted before they were had.',
          noData: noUnits,
          search: 'lost',
          colors: zeroIsGood,
        }),
        number({
          id: 'hours_left',
          title: 'Hours until the next expires',
          shows: 'When the vendor deletes what is missing; – is never.',
          noData: noUnits,
          search: 'hours_left',
        }),
        number({
          id: 'unparsed',
          title: 'Unparsed records',
          shows: 'Records kept as they were sent, with sourcetype mailtrail:unparsed.',
          noData: noUnits,
          search: 'unparsed',
        }),
      ],
    },
    {
      height: 420,
      panels: [
        {
          id: 'matrix',
          type: 'splunk.table',
          title: 'Hours and inputs',
          shows:
            'The state of each hour, by input and stream; the worst one where an hour has several units.',
          noData: noUnits,
          search: 'matrix',
          width: 7,
          options: {
            count: 24,
            drilldown: 'none',
            tableFormat: { rowBackgroundColors: '> table | matchValue(stateColors)' },
          },
          context: {
            stateColors: cellsColoredBy(stateColors),
          },
        },
        columns({
          id: 'states_by_hour',
          title: 'Units by state',
          shows: 'How many units began in each hour.',
          noData: noUnits,
          search: 'states_by_hour',
          axis: 'units',
          colors: stateColors,
          width: 5,
        }),
      ],
    },
    {
      height: 300,
      panels: [
        table({
          id: 'missing_units',
          title: 'What is missing, the most urgent first',
          shows: 'Units that are not complete, why, and until when the vendor keeps them.',
          noData: 'nothing is missing in this time.',
          search: 'missing_units',
          colored: { state: cellsColoredBy(stateColors) },
        }),
      ],
    },
    {
      height: 260,
      panels: [
        table({
          id: 'summary',
          title: 'By input and stream, all time',
          shows: 'Everything that the ledger holds.',
          noData: 'the ledger is empty: no input has run.',
          search: 'summary',
        }),
        table({
          id: 'against_index',
          title: 'Ledger against index, last 7 days',
          shows: 'Events of complete units, as written and as found in the index.',
          noData: 'no complete unit with events in the last seven days.',
          search: 'against_index',
          colored: {
            verdict: [
              { match: 'agree', value: '#2A9D6F' },
              { match: 'fewer in the index', value: '#C9403F' },
            ],
          },
        }),
      ],
    },
    {
      height: 300,
      panels: [
        table({
          id: 'findings',
          title: 'Integrity findings',
          shows: 'Audit records that do not verify, and findings about the history of their log.',
          noData: 'nothing was found amiss in this time, or no Pangea input runs with verify = true.',
          search: 'findings',
          colored: { severity: cellsColoredBy(severityColors) },
        }),
      ],
    },
  ],
})
