import { boolean, type Specification } from './setting.ts'

/** Splunk Enterprise 10.2, Admin Manual, eventtypes.conf.spec. */
export const eventtypesSpecification: Specification = {
  file: 'eventtypes.conf',
  source: 'eventtypes.conf.spec (docs.splunk.com/Documentation/Splunk/latest/Admin/Eventtypesconf)',
  stanza: /^\w+$/,
  settings: [
    { name: 'search', value: /\S/ },
    { name: 'description' },
    { name: 'priority', value: /^(?:[1-9]|10)$/ },
    { name: 'disabled', value: boolean },
  ],
}

/** Splunk Enterprise 10.2, Admin Manual, tags.conf.spec: `<tag> = enabled|disabled` under `[<field>=<value>]`. */
export const tagsSpecification: Specification = {
  file: 'tags.conf',
  source: 'tags.conf.spec (docs.splunk.com/Documentation/Splunk/latest/Admin/Tagsconf)',
  stanza: /^eventtype=\w+$/,
  settings: [{ name: /^[a-z]+$/, value: /^(?:enabled|disabled)$/ }],
}

/** Splunk Enterprise 10.2, Admin Manual, macros.conf.spec: `[<name>]` or `[<name>(<number of arguments>)]`. */
export const macrosSpecification: Specification = {
  file: 'macros.conf',
  source: 'macros.conf.spec (docs.splunk.com/Documentation/Splunk/latest/Admin/Macrosconf)',
  stanza: /^\w+(?:\(\d+\))?$/,
  settings: [
    { name: 'args', value: /^\w+(?:, ?\w+)*$/ },
    { name: 'definition', value: /\S/ },
    { name: 'iseval', value: boolean },
    { name: 'validation' },
    { name: 'errormsg' },
    { name: 'description' },
  ],
}

/** Splunk Enterprise 10.2, Admin Manual, savedsearches.conf.spec. Only settings that this add-on uses. */
export const savedsearchesSpecification: Specification = {
  file: 'savedsearches.conf',
  source: 'savedsearches.conf.spec (docs.splunk.com/Documentation/Splunk/latest/Admin/Savedsearchesconf)',
  stanza: /^[\w -]+$/,
  settings: [
    { name: 'search', value: /\S/ },
    { name: 'description' },
    { name: 'disabled', value: boolean },
    { name: 'enableSched', value: boolean },
    { name: 'cron_schedule', value: /^(?:[\d*/,-]+ ){4}[\d*/,-]+$/ },
    { name: 'schedule_window', value: /^(?:\d+|auto)$/ },
    { name: 'dispatch.earliest_time' },
    { name: 'dispatch.latest_time' },
    { name: 'alert.track', value: /^(?:true|false|auto|0|1)$/ },
    { name: 'alert.severity', value: /^[1-6]$/ },
    { name: 'alert.suppress', value: boolean },
    { name: 'alert.suppress.fields' },
    { name: 'alert.suppress.period', value: /^\d+[smhd]$/ },
    { name: 'alert.digest_mode', value: boolean },
    { name: 'counttype', value: /^(?:number of events|number of hosts|number of sources|custom|always)$/ },
    { name: 'relation', value: /^(?:greater than|less than|equal to|not equal to|drops by|rises by)$/ },
    { name: 'quantity', value: /^\d+$/ },
    { name: 'is_visible', value: boolean },
    { name: 'request.ui_dispatch_app' },
    { name: 'request.ui_dispatch_view' },
  ],
}
