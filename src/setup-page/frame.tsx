import { type ReactNode, useEffect } from 'react'
import { useSplunkTheme } from './splunk-ui/index.ts'

/** What stands around everything: the theme's ground, colour and letters, for what is plain text. */
export function Frame({ children }: { readonly children: ReactNode }) {
  const theme = useSplunkTheme()
  const { backgroundColorPage, contentColorDefault, sansFontFamily } = theme
  useEffect(() => {
    document.body.style.backgroundColor = backgroundColorPage
  }, [backgroundColorPage])
  return (
    <main
      style={{
        backgroundColor: backgroundColorPage,
        color: contentColorDefault,
        fontFamily: sansFontFamily,
        fontSize: 14,
        lineHeight: 1.4,
        padding: '16px 24px',
        minHeight: '80vh',
        boxSizing: 'border-box',
      }}
    >
      {children}
    </main>
  )
}
