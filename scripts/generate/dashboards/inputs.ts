import type { Search } from './dashboard.ts'

/** The time range that the searches of a dashboard cover unless they say otherwise. */
export const timeRange = {
  type: 'input.timerange',
  title: 'Time range',
  options: { token: 'time', defaultValue: '-24h@h,now' },
}

/** A choice among the values that a search gives in the field of the same name; all of them unless one is chosen. */
const choice = (title: string, field: string, search: string): object => ({
  type: 'input.dropdown',
  title,
  options: {
    items: '> frame(label, value) | prepend(formattedStatics) | objects()',
    token: field,
    defaultValue: '*',
  },
  dataSources: { primary: search },
  context: {
    formattedConfig: { number: { prefix: '' } },
    formattedStatics: '> statics | formatByType(formattedConfig)',
    statics: [['All'], ['*']],
    label: `> primary | seriesByName("${field}") | renameSeries("label") | formatByType(formattedConfig)`,
    value: `> primary | seriesByName("${field}") | renameSeries("value") | formatByType(formattedConfig)`,
  },
})

/** The inputs that the ledger knows, by their names without the scheme. */
export const inputChoice = choice('Input', 'input', 'inputs')
export const inputs: Search = { query: '| inputlookup mailtrail_ledger\n| stats count BY input' }

/** The tenants that records name; an input whose records name none stands for itself. */
export const tenantChoice = choice('Tenant', 'tenant', 'tenants')
export const tenants: Search = {
  query: `
\`mailtrail_index\` sourcetype IN ("cisco:etd:message", "trendmicro:email:tracking", "pangea:audit")
| eval tenant=coalesce(tenant_id, mailtrail_input)
| stats count BY tenant`,
}
