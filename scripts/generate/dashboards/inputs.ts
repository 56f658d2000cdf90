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

/** Cisco's tenants; an input of another vendor stands for itself. */
export const tenantChoice = choice('Tenant', 'tenant', 'tenants')

/** What the inputs above offer: read from the ledger at once, which is small, instead of from the events. */
export const choices: Readonly<Record<string, Search>> = {
  collecting: {
    query: '| inputlookup mailtrail_ledger\n| `mailtrail_input_tenant`\n| stats count BY input, tenant',
  },
  inputs: { from: 'collecting', query: '| stats count BY input' },
  tenants: { from: 'collecting', query: '| stats count BY tenant' },
}
