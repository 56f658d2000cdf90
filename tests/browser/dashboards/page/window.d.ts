export {}

declare global {
  interface Window {
    /** Draws a dashboard as Splunk Web does, with Splunk's own renderer and search client, instead of the one before. */
    draw(dashboard: { readonly definition: object; readonly colorScheme: 'light' | 'dark' }): void
  }
}
