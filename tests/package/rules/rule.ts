import type { AppPackage } from '../app-package.ts'

/** One rule of Splunk's app review, or of Splunk itself. */
export interface Rule {
  /** AppInspect's name for the check; `app review` for what reviewers do by hand, `splunkd` for what it needs. */
  readonly check: string
  readonly says: string
  /** What breaks the rule; empty when it is kept. */
  problems(app: AppPackage): readonly string[]
}

/** The files under a folder of the app. */
export function filesIn(app: AppPackage, folder: string) {
  return app.files.filter(({ inApp }) => inApp.startsWith(`${folder}/`))
}

/** The `.conf` files in `default/`. */
export function confFiles(app: AppPackage) {
  return filesIn(app, 'default').filter(({ inApp }) => inApp.endsWith('.conf'))
}

/** The scheme names that `README/inputs.conf.spec` declares. */
export function schemes(app: AppPackage): string[] {
  return [...app.conf('README/inputs.conf.spec').stanzas.keys()].flatMap((stanza) => stanza.split('://', 1))
}
