import { type CellColor, onColors } from './colors.ts'
import type { Panel } from './dashboard.ts'

type Described = Pick<Panel, 'id' | 'title' | 'shows' | 'search' | 'width' | 'onClick'> & {
  readonly noData: string
}

/** One number. */
export const number = (
  panel: Omit<Described, 'noData'> & {
    readonly unit?: string
    readonly decimals?: number
    readonly colors?: readonly object[]
  },
): Panel => {
  const { unit, decimals = 0, colors, ...described } = panel
  return {
    ...described,
    type: 'splunk.singlevalue',
    options: {
      majorValue: '> primary | seriesByIndex(0) | lastPoint()',
      ...(unit === undefined ? {} : { unit, unitPosition: 'after' }),
      ...(colors === undefined ? {} : { majorColor: '> majorValue | rangeValue(colors)' }),
      numberPrecision: decimals,
      sparklineDisplay: 'off',
    },
    ...(colors === undefined ? {} : { context: { colors } }),
  }
}

/** Columns over time, stacked. */
export const columns = (
  panel: Described & { readonly axis: string; readonly colors?: object; readonly lines?: boolean },
): Panel => {
  const { axis, colors, lines, ...described } = panel
  return {
    ...described,
    type: lines ? 'splunk.line' : 'splunk.column',
    options: {
      yAxisTitleText: axis,
      xAxisTitleVisibility: 'hide',
      legendDisplay: 'bottom',
      ...(lines ? { nullValueDisplay: 'gaps' } : { stackMode: 'stacked' }),
      ...(colors === undefined ? {} : { seriesColorsByField: colors }),
    },
  }
}

/** Bars, one for each row. */
export const bars = (panel: Described & { readonly axis: string; readonly colors?: object }): Panel => {
  const { axis, colors, ...described } = panel
  return {
    ...described,
    type: 'splunk.bar',
    options: {
      yAxisTitleText: axis,
      xAxisTitleVisibility: 'hide',
      ...(colors === undefined
        ? { legendDisplay: 'off' }
        : { stackMode: 'stacked', legendDisplay: 'bottom', seriesColorsByField: colors }),
    },
  }
}

export const table = (
  panel: Described & {
    /** Fills the cells of these columns by their text. */
    readonly colored?: Readonly<Record<string, readonly CellColor[]>>
    readonly count?: number
    /** Widths of columns in pixels, where an equal part is too little. */
    readonly widths?: Readonly<Record<string, number>>
  },
): Panel => {
  const { colored = {}, count = 10, widths = {}, ...described } = panel
  return {
    ...described,
    type: 'splunk.table',
    options: {
      count,
      dataOverlayMode: 'none',
      drilldown: panel.onClick === undefined ? 'none' : 'row',
      showInternalFields: false,
      columnFormat: {
        ...Object.fromEntries(Object.entries(widths).map(([field, width]) => [field, { width }])),
        ...Object.fromEntries(
          Object.keys(colored).map((field) => [
            field,
            {
              ...(widths[field] === undefined ? {} : { width: widths[field] }),
              data: `> table | seriesByName("${field}") | formatByType(textFormat)`,
              rowBackgroundColors: `> table | seriesByName("${field}") | matchValue(${field}Colors)`,
              rowColors: `> table | seriesByName("${field}") | matchValue(${field}Text)`,
            },
          ]),
        ),
      },
    },
    context: {
      textFormat: { string: {} },
      ...Object.fromEntries(
        Object.entries(colored).flatMap(([field, colors]) => [
          [`${field}Colors`, colors],
          [`${field}Text`, onColors(colors)],
        ]),
      ),
    },
  }
}

/**
 * Another dashboard of the app, with inputs set from columns of the row that was clicked, and others as they are set
 * here.
 */
export const goTo = (
  view: string,
  tokens: Readonly<Record<string, string>>,
  kept: readonly string[] = [],
): object =>
  address(view, [
    ...Object.entries(tokens).map(([token, column]) => [`form.${token}`, clicked(column)] as const),
    ...kept.map((token) => [`form.${token}`, `$${token}|u$`] as const),
  ])

/** Splunk's search for the events that hold what stands in a column of the row that was clicked, in the same time. */
export const searchFor = (column: string): object =>
  address('search', [
    ['q', `${encodeURIComponent('search `mailtrail_index` "')}${clicked(column)}%22`],
    ['earliest', '$time.earliest$'],
    ['latest', '$time.latest$'],
  ])

/** Escaped for an address: Message-IDs hold `+`, `&` and the like. */
const clicked = (column: string): string => `$row.${column}.value|u$`

const address = (view: string, values: readonly (readonly [string, string])[]): object => ({
  type: 'drilldown.customUrl',
  options: {
    url: `/app/TA-mailtrail/${view}?${values.map(([name, value]) => `${name}=${value}`).join('&')}`,
    newTab: true,
  },
})

/** Sets inputs of the same dashboard from the row that was clicked. */
export const choose = (tokens: Readonly<Record<string, string>>): object => ({
  type: 'drilldown.setToken',
  options: { tokens: Object.entries(tokens).map(([token, key]) => ({ token, key })) },
})
