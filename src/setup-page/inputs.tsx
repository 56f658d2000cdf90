import { defaultTheme, getThemeOptions, getUserTheme } from '@splunk/splunk-utils/themes'
import { createRoot } from 'react-dom/client'
import { z } from 'zod'
import { Page } from './page.tsx'
import { layout, SplunkThemeProvider } from './splunk-ui/index.ts'
import { askThroughSplunkWeb } from './splunk-web.ts'

/** The element that the Simple XML view offers, for Splunk before 10.4; its bars are there already. */
const placeId = 'mailtrail-inputs'
const classicView = /\/inputs_classic\/?$/

const themeOptions = z.object({
  family: z.enum(['enterprise', 'prisma']),
  colorScheme: z.enum(['light', 'dark']),
  density: z.enum(['compact', 'comfortable']),
})

/** The user's theme; a Splunk that cannot tell gives the one of its pages. */
async function themeOfUser(): Promise<z.infer<typeof themeOptions>> {
  const name = await getUserTheme().catch(() => defaultTheme())
  return themeOptions.parse(getThemeOptions(name))
}

/** An element that the page may only make later. */
function elementOf(id: string): Promise<HTMLElement> {
  return new Promise((resolve) => {
    const look = (): boolean => {
      const element = document.getElementById(id)
      if (element !== null) resolve(element)
      return element !== null
    }
    if (look()) return
    const observer = new MutationObserver(() => {
      if (look()) observer.disconnect()
    })
    observer.observe(document.documentElement, { childList: true, subtree: true })
  })
}

async function show(): Promise<void> {
  const theme = await themeOfUser()
  const page = <Page ask={askThroughSplunkWeb} />
  if (classicView.test(window.location.pathname)) {
    const place = await elementOf(placeId)
    createRoot(place).render(<SplunkThemeProvider {...theme}>{page}</SplunkThemeProvider>)
    return
  }
  layout(page, {
    pageTitle: 'Inputs | Mailtrail',
    theme: theme.colorScheme,
    themeFamily: theme.family,
    themeDensity: theme.density,
    hideFooter: true,
  })
}

void show()
