import { DashboardContextProvider } from '@splunk/dashboard-context'
import { DashboardCore } from '@splunk/dashboard-core'
import EnterpriseViewOnlyPreset from '@splunk/dashboard-presets/EnterpriseViewOnlyPreset'
import SplunkThemeProvider from '@splunk/themes/SplunkThemeProvider'
import { createRoot } from 'react-dom/client'

/** Draws the definition of `window.dashboard` as Splunk Web does, with Splunk's own renderer and search client. */
const { definition, colorScheme } = window.dashboard

function Dashboard() {
  return (
    <SplunkThemeProvider family="enterprise" colorScheme={colorScheme} density="comfortable">
      <DashboardContextProvider
        preset={EnterpriseViewOnlyPreset}
        initialDefinition={definition}
        initialMode="view"
        timezone={{ ianaTimezone: 'UTC' }}
      >
        <DashboardCore width="100%" height="auto" />
      </DashboardContextProvider>
    </SplunkThemeProvider>
  )
}

const root = document.getElementById('root')
if (root) createRoot(root).render(<Dashboard />)
