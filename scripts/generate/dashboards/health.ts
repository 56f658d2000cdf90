import { chosenLog, chosenUnits } from './chosen.ts'
import { amber, green, legColors, red, zeroIsGood } from './colors.ts'
import { view } from './dashboard.ts'
import { choices, inputChoice, tenantChoice, timeRange } from './inputs.ts'
import { bars, choose, columns, number, table } from './panels.ts'

const idle = 'no run was logged.'
const allWell = 'no warning and no error.'
const chosen = choose({ input: 'row.input.value' })

/** What the inputs did, from the add-on's own log and the ledger. */
export const health = view({
  id: 'mailtrail_health',
  label: 'Health',
  description: 'What the inputs collected, how late, at what cost, and what went wrong.',
  inputs: { input_time: timeRange, input_input: inputChoice, input_tenant: tenantChoice },
  searches: {
    ...choices,
    // A run logs a line for each sourcetype of a stream, all of them with the bytes of the whole stream.
    hours: {
      query: `
${chosenLog} action IN (started, events_ingested, ended)
| eval run=if(action=="started", 1, 0), failed_run=if(action=="ended" AND exit_code>0, 1, 0), part=coalesce(stream, action)
| bin _time span=1h
| stats sum(n_events) AS records max(bytes) AS bytes sum(requests) AS requests sum(retries) AS retries sum(waited_ms) AS waited_ms sum(run) AS run sum(failed_run) AS failed_run BY _time, modular_input_name, pid, part
| stats sum(records) AS records sum(bytes) AS bytes sum(requests) AS requests sum(retries) AS retries sum(waited_ms) AS waited_ms sum(run) AS runs sum(failed_run) AS failed_runs BY _time, modular_input_name`,
    },
    totals: {
      from: 'hours',
      query: `
| stats dc(modular_input_name) AS inputs sum(records) AS records sum(bytes) AS bytes sum(requests) AS requests sum(retries) AS retries sum(runs) AS runs sum(failed_runs) AS failed_runs
| eval records=coalesce(records, 0), megabytes=round(coalesce(bytes, 0)/1048576, 1), requests=coalesce(requests, 0), retries=coalesce(retries, 0), failed_runs=coalesce(failed_runs, 0)`,
    },
    total_inputs: { from: 'totals', query: '| table inputs' },
    total_records: { from: 'totals', query: '| table records' },
    total_megabytes: { from: 'totals', query: '| table megabytes' },
    total_requests: { from: 'totals', query: '| table requests' },
    total_retries: { from: 'totals', query: '| table retries' },
    total_failed_runs: { from: 'totals', query: '| table failed_runs' },
    records_by_hour: { from: 'hours', query: '| timechart span=1h sum(records) BY modular_input_name' },
    megabytes_by_hour: {
      from: 'hours',
      query:
        '| eval megabytes=round(bytes/1048576, 3)\n| timechart span=1h sum(megabytes) BY modular_input_name',
    },
    requests_by_hour: {
      from: 'hours',
      query: '| timechart span=1h sum(requests) AS requests sum(retries) AS retries',
    },
    waits_by_hour: {
      from: 'hours',
      query:
        '| eval waited_seconds=round(waited_ms/1000, 1)\n| timechart span=1h sum(waited_seconds) BY modular_input_name',
    },
    legs: {
      query: `
| tstats max(_time) AS newest max(_indextime) AS written WHERE \`mailtrail_index\` (source="etd:*" OR source="pangea:*" OR source="tmes:*") BY source
| append
    [${chosenUnits}
    | where events>0
    | \`mailtrail_unit_source\`
    | eval ends=\`mailtrail_epoch(to)\`, first=\`mailtrail_epoch(first_fetch)\`, last=\`mailtrail_epoch(last_fetch)\`
    | table source input stream ends first last]
| stats max(newest) AS newest max(written) AS written max(ends) AS ends min(first) AS first max(last) AS last values(input) AS input values(stream) AS stream BY source
| where isnotnull(newest) AND isnotnull(ends)
| eval vendor=max(0, ends-newest)/60, publication=max(0, first-ends)/60, fetch=max(0, last-first)/60, write=max(0, written-last)/60
| eval series=input . " " . stream
| stats avg(vendor) AS vendor avg(publication) AS publication avg(fetch) AS fetch avg(write) AS write BY series
| eval vendor=round(vendor, 1), publication=round(publication, 1), fetch=round(fetch, 1), write=round(write, 1)`,
    },
    problems: {
      query: `
${chosenLog} log_level IN (WARN, ERROR)
| eval kind=coalesce(exc_l, error, action, "other"), at=_time
| bin _time span=1h
| stats count max(at) AS at latest(message) AS message BY _time, modular_input_name, log_level, kind`,
    },
    problems_by_hour: { from: 'problems', query: '| timechart span=1h sum(count) BY kind' },
    problem_list: {
      from: 'problems',
      query: `
| stats sum(count) AS count max(at) AS at latest(message) AS message BY modular_input_name, log_level, kind
| sort 0 -at
| eval last=strftime(at, "%Y-%m-%d %H:%M:%S"), input=replace(modular_input_name, "^[^:]+://", "")
| rename log_level AS level
| table last input level kind count message`,
    },
    quota: {
      query: `
${chosenLog} action=quota
| where _time>=now()-now()%86400
| stats latest(used) AS used latest(limit) AS limit max(_time) AS at BY modular_input_name
| eval used_percent=round(100*used/limit, 1), forecast=round(used*86400/max(60, at%86400)), forecast_percent=round(100*forecast/limit, 1)
| eval state=case(forecast_percent>=100, "runs out today", forecast_percent>=80, "close", true(), "enough")
| sort 0 -used_percent
| rename modular_input_name AS "input", used_percent AS "used %", forecast AS "at the end of the day", forecast_percent AS "then %"
| table input used limit "used %" "at the end of the day" "then %" state`,
      earliest: '-24h',
    },
    owners: {
      query: `
${chosenLog} action IN (started, ended)
| eval begun=if(action=="started", _time, null()), held_elsewhere=if(reason=="held_elsewhere", 1, 0)
| eval owner=if(action=="started", host, null()), process=if(action=="started", pid, null())
| stats latest(owner) AS owner latest(process) AS process latest(lease) AS fencing_number max(begun) AS begun latest(action) AS last_action sum(held_elsewhere) AS stood_back BY modular_input_name
| eval since=strftime(begun, "%Y-%m-%d %H:%M:%S"), state=if(last_action=="started", "running", "waiting")
| rename modular_input_name AS "input", fencing_number AS "fencing number", stood_back AS "stood back"
| table input owner process "fencing number" since state "stood back"`,
    },
  },
  rows: [
    {
      height: 130,
      panels: [
        number({
          id: 'total_inputs',
          title: 'Inputs at work',
          shows: 'Logged a run.',
          search: 'total_inputs',
        }),
        number({
          id: 'total_records',
          title: 'Records',
          shows: 'Written to Splunk.',
          search: 'total_records',
        }),
        number({
          id: 'total_megabytes',
          title: 'Megabytes',
          shows: 'As vendors sent them.',
          search: 'total_megabytes',
          decimals: 1,
        }),
        number({
          id: 'total_requests',
          title: 'Requests',
          shows: 'To the vendors.',
          search: 'total_requests',
        }),
        number({
          id: 'total_retries',
          title: 'Retries',
          shows: 'Sent again.',
          search: 'total_retries',
        }),
        number({
          id: 'total_failed_runs',
          title: 'Failed runs',
          shows: 'Ended with an error.',
          search: 'total_failed_runs',
          colors: zeroIsGood,
        }),
      ],
    },
    {
      height: 300,
      panels: [
        columns({
          id: 'records_by_hour',
          title: 'Records by input',
          shows: 'Records written in each hour.',
          noData: idle,
          search: 'records_by_hour',
          axis: 'records an hour',
        }),
        columns({
          id: 'megabytes_by_hour',
          title: 'Megabytes by input',
          shows: 'The vendors’ records as they were sent.',
          noData: idle,
          search: 'megabytes_by_hour',
          axis: 'MB an hour',
        }),
      ],
    },
    {
      height: 320,
      panels: [
        bars({
          id: 'legs',
          title: 'Lag by leg',
          shows: 'Minutes from event to index, mean of the units.',
          noData: 'no unit of the ledger is in the index.',
          search: 'legs',
          axis: 'minutes',
          colors: legColors,
        }),
        columns({
          id: 'requests_by_hour',
          title: 'Requests and retries',
          shows: 'Requests to the vendors, and how many were sent again.',
          noData: idle,
          search: 'requests_by_hour',
          axis: 'requests an hour',
          lines: true,
        }),
      ],
    },
    {
      height: 300,
      panels: [
        columns({
          id: 'problems_by_hour',
          title: 'Warnings and errors by kind',
          shows: 'Lines of the log with level WARN or ERROR.',
          noData: allWell,
          search: 'problems_by_hour',
          axis: 'lines an hour',
        }),
        columns({
          id: 'waits_by_hour',
          title: 'Waiting',
          shows: 'Seconds before a request was sent again.',
          noData: idle,
          search: 'waits_by_hour',
          axis: 'seconds an hour',
        }),
      ],
    },
    {
      height: 240,
      panels: [
        table({
          id: 'problem_list',
          title: 'Last warnings and errors',
          shows: 'The last line of each kind; a click shows its input alone.',
          noData: allWell,
          search: 'problem_list',
          onClick: chosen,
          colored: {
            level: [
              { match: 'ERROR', value: red },
              { match: 'WARN', value: amber },
            ],
          },
          widths: { last: 160, level: 90, count: 90, message: 500 },
        }),
      ],
    },
    {
      height: 220,
      panels: [
        table({
          id: 'quota',
          title: 'Quota used today',
          shows: 'Requests since 00:00 UTC against the day’s budget, and where the day ends at this pace.',
          noData: 'no input with a daily budget ran today.',
          search: 'quota',
          colored: {
            state: [
              { match: 'runs out today', value: red },
              { match: 'close', value: amber },
              { match: 'enough', value: green },
            ],
          },
          widths: {
            input: 220,
            used: 90,
            limit: 90,
            'used %': 100,
            'at the end of the day': 190,
            state: 140,
          },
        }),
      ],
    },
    {
      height: 280,
      panels: [
        table({
          id: 'owners',
          title: 'Lease owners',
          shows: 'Who collects each input, and how often another search head stood back.',
          noData: idle,
          search: 'owners',
          widths: {
            input: 220,
            owner: 180,
            process: 100,
            'fencing number': 140,
            since: 170,
            'stood back': 120,
          },
        }),
      ],
    },
  ],
})
