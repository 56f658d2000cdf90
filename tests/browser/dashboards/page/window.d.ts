import type { Definition } from '../../../dashboards/definition.ts'

declare global {
  interface Window {
    /** What the page is to draw, put there before its script runs. */
    dashboard: { readonly definition: Definition; readonly colorScheme: 'light' | 'dark' }
  }
}
