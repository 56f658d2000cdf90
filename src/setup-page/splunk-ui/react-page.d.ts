declare module '@splunk/react-page/18' {
  import type { ReactElement } from 'react'

  /** Renders an element below Splunk's own bars, which it loads from the server. */
  export default function layout(
    element: ReactElement,
    options: {
      readonly pageTitle: string
      readonly theme: string
      readonly themeFamily: string
      readonly themeDensity: string
      readonly hideFooter: boolean
    },
  ): void
}
