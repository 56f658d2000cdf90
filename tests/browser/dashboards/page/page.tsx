import { DashboardContextProvider } from '@splunk/dashboard-context'
import { DashboardCore } from '@splunk/dashboard-core'
import EnterpriseViewOnlyPreset from '@splunk/dashboard-presets/EnterpriseViewOnlyPreset'
import type { DashboardJSON } from '@splunk/dashboard-types'
import SplunkThemeProvider from '@splunk/themes/SplunkThemeProvider'
import { createRoot } from 'react-dom/client'

const root = createRoot(document.getElementById('root') ?? document.body)
let drawn = 0

// A key of its own makes React begin anew: nothing of the dashboard before is left. The renderer itself holds the
// definition against its schema, and complains on the console.
window.draw = ({ definition, colorScheme }) =>
  root.render(
    <SplunkThemeProvider key={drawn++} family="enterprise" colorScheme={colorScheme} density="comfortable">
      <DashboardContextProvider
        preset={EnterpriseViewOnlyPreset}
        initialDefinition={definition as DashboardJSON}
        initialMode="view"
        timezone={{ ianaTimezone: 'UTC' }}
      >
        <DashboardCore width="100%" height="auto" />
      </DashboardContextProvider>
    </SplunkThemeProvider>,
  )
