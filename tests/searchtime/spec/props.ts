import { boolean, integer, type Specification } from './setting.ts'

/** Splunk Enterprise 10.2, Admin Manual, props.conf.spec. Only settings that this add-on uses. */
export const propsSpecification: Specification = {
  file: 'props.conf',
  source: 'props.conf.spec (docs.splunk.com/Documentation/Splunk/latest/Admin/Propsconf)',
  stanza: /^(?:source::.+|[a-z]+:[a-z:]+)$/,
  settings: [
    // Parsing.
    { name: 'LINE_BREAKER', value: /\(.*\)/ },
    { name: 'SHOULD_LINEMERGE', value: boolean },
    { name: 'TRUNCATE', value: integer },
    { name: 'TIME_PREFIX' },
    { name: 'TIME_FORMAT' },
    { name: 'TZ' },
    { name: 'MAX_TIMESTAMP_LOOKAHEAD', value: /^-?\d+$/ },
    { name: 'MAX_DAYS_AGO', value: integer },
    { name: 'MAX_DAYS_HENCE', value: integer },
    { name: 'DATETIME_CONFIG', value: /^(?:NONE|CURRENT)$/ },
    { name: 'CHARSET' },
    { name: 'EVENT_BREAKER', value: /\(.*\)/ },
    { name: 'EVENT_BREAKER_ENABLE', value: boolean },
    { name: 'ANNOTATE_PUNCT', value: boolean },
    { name: 'NO_BINARY_CHECK', value: boolean },
    { name: 'sourcetype' },
    { name: 'category' },
    { name: 'description' },
    { name: 'pulldown_type', value: boolean },
    // Search time.
    { name: 'KV_MODE', value: /^(?:none|auto|auto_escaped|multi|json|xml)$/ },
    { name: 'AUTO_KV_JSON', value: boolean },
    { name: 'MATCH_LIMIT', value: integer },
    { name: 'DEPTH_LIMIT', value: integer },
    { name: /^EXTRACT-[\w ]+$/, value: /\(\?<\w+>/ },
    { name: /^REPORT-[\w ]+$/, value: /^\w+(?:\s*,\s*\w+)*$/ },
    { name: /^FIELDALIAS-[\w ]+$/, value: /\sAS(?:NEW)?\s/ },
    { name: /^EVAL-[A-Za-z_]\w*$/ },
    { name: /^LOOKUP-[\w ]+$/, value: /\sOUTPUT(?:NEW)?\s/ },
  ],
}
