import { boolean, integer, type Specification } from './setting.ts'

/** Splunk Enterprise 10.2, Admin Manual, transforms.conf.spec. Only settings that this add-on uses. */
export const transformsSpecification: Specification = {
  file: 'transforms.conf',
  source: 'transforms.conf.spec (docs.splunk.com/Documentation/Splunk/latest/Admin/Transformsconf)',
  stanza: /^\w+$/,
  settings: [
    // Extractions.
    { name: 'REGEX', value: /\(/ },
    { name: 'SOURCE_KEY', value: /^\w+$/ },
    { name: 'MV_ADD', value: boolean },
    { name: 'MATCH_LIMIT', value: integer },
    { name: 'DEPTH_LIMIT', value: integer },
    // Lookups.
    { name: 'filename', value: /^[\w-]+\.csv$/ },
    { name: 'match_type', value: /^(?:WILDCARD|CIDR|EXACT)\(\w+\)(?:, (?:WILDCARD|CIDR|EXACT)\(\w+\))*$/ },
    { name: 'max_matches', value: /^(?:[1-9]\d{0,2}|1000)$/ },
    { name: 'min_matches', value: integer },
    { name: 'default_match' },
    { name: 'case_sensitive_match', value: boolean },
    { name: 'external_type', value: /^(?:python|executable|kvstore|geo)$/ },
    { name: 'collection', value: /^\w+$/ },
    { name: 'fields_list', value: /^\w+(?:, ?\w+)*$/ },
  ],
}
