import { z } from 'zod'
import { addon } from '../../../scripts/package/project.ts'
import type { AppPackage } from '../app-package.ts'
import type { Rule } from './rule.ts'

/** What the app says it is, in app.conf and app.manifest. */
export const identityRules: readonly Rule[] = [
  {
    check: 'check_version_is_valid_semver',
    says: 'the version of package.json stands in [id], [launcher] and app.manifest',
    problems: (app) => {
      const versions = {
        '[id]': setting(app, 'id', 'version'),
        '[launcher]': setting(app, 'launcher', 'version'),
        'app.manifest': manifest(app).info.id.version,
      }
      return Object.entries(versions).flatMap(([where, version]) =>
        version === addon.version && /^\d+\.\d+\.\d+$/.test(version) ? [] : [`${where}: ${version}`],
      )
    },
  },
  {
    check: 'check_that_directory_name_matches_package_id',
    says: '[package] id, [id] name, the id in app.manifest and the top folder are the same',
    problems: (app) => {
      const names = [setting(app, 'package', 'id'), setting(app, 'id', 'name'), manifest(app).info.id.name]
      return [...names, ...app.entries.map(({ path }) => path.split('/')[0])].flatMap((name) =>
        name === addon.id ? [] : [`${name}`],
      )
    },
  },
  {
    check: 'check_for_valid_package_id',
    says: 'the id is of letters, digits, dot, hyphen and underscore and is no reserved name',
    problems: (app) => {
      const id = setting(app, 'package', 'id') ?? ''
      const reserved = /^(con|prn|aux|nul|com\d|lpt\d)$|(\.|\.tar|\.tgz|\.tar\.gz|\.spl)$/i
      return /^[A-Za-z_.-][A-Za-z0-9_.-]*$/.test(id) && !reserved.test(id) ? [] : [id]
    },
  },
  {
    check: 'check_for_valid_ui_label',
    says: '[ui] is there, its label has 5 to 80 characters and is the one of app.manifest',
    problems: (app) => {
      const label = setting(app, 'ui', 'label') ?? ''
      return /^.{5,80}$/.test(label) && label === manifest(app).info.title ? [] : [label]
    },
  },
  {
    check: 'check_that_app_name_config_is_valid',
    says: 'the name does not pass for one of Splunk, and begins with no digit',
    problems: (app) =>
      [setting(app, 'ui', 'label') ?? '', manifest(app).info.title].filter((name) =>
        /^(Splunk (Add-on|App|TA) for|\d)/i.test(name),
      ),
  },
  {
    check: 'app review',
    says: '[install] is_configured is not true',
    problems: (app) => (isTrue(setting(app, 'install', 'is_configured')) ? ['is_configured'] : []),
  },
  {
    check: 'check_no_install_source_checksum',
    says: 'app.conf has no install_source_checksum',
    problems: (app) => app.text('default/app.conf').match(/install_source(_local)?_checksum/g) ?? [],
  },
  {
    check: 'check_for_updates_disabled',
    says: 'an app that is not on Splunkbase does not ask there for updates',
    problems: (app) => (isTrue(setting(app, 'package', 'check_for_updates')) ? ['check_for_updates'] : []),
  },
  {
    check: 'check_for_trigger_stanza',
    says: "[triggers] reloads none of Splunk's own files",
    problems: (app) =>
      [...(app.conf('default/app.conf').stanzas.get('triggers') ?? new Map<string, string>()).keys()].filter(
        (key) =>
          /^reload\.(app|collections|inputs|props|transforms|tags|eventtypes|macros|savedsearches|server|web)$/.test(
            key,
          ),
      ),
  },
  {
    check: 'check_that_json_schema_is_applicable',
    says: 'app.manifest is of schema 2.0.0, and the files that it names are in the package',
    problems: (app) => {
      const { schemaVersion, info } = manifest(app)
      const named = [info.license.text, info.releaseNotes?.text ?? null]
      const missing = named.filter((path) => path !== null && app.text(path.replace('./', '')).trim() === '')
      return [
        ...(schemaVersion === '2.0.0' ? [] : [schemaVersion]),
        ...missing.map((path) => `${path} is missing`),
      ]
    },
  },
  {
    check: 'check_basic_readme',
    says: 'a README with content at the top declares the binaries',
    problems: (app) => (app.text('README.txt').includes('Binary File Declaration') ? [] : ['README.txt']),
  },
  {
    check: 'check_documented_included_open_source',
    says: 'the licences of what others wrote are in the package',
    problems: (app) => {
      const notices = app.text('THIRD-PARTY-NOTICES.txt')
      const shipsNode = app.files.some(({ path }) => /\/node(\.exe)?$/.test(path))
      const asked = ['zod', ...(shipsNode ? ['Copyright Node.js contributors'] : [])]
      return asked.filter((text) => !notices.includes(text))
    },
  },
]

const manifestShape = z.object({
  schemaVersion: z.string(),
  info: z.object({
    title: z.string(),
    id: z.object({ group: z.null(), name: z.string(), version: z.string() }),
    author: z
      .array(z.object({ name: z.string(), email: z.string().nullable(), company: z.string().nullable() }))
      .min(1),
    description: z.string().min(1),
    license: z.object({ name: z.string(), text: z.string(), uri: z.string() }),
    releaseNotes: z.object({ text: z.string().nullable() }).nullable(),
  }),
  supportedDeployments: z.array(z.enum(['_standalone', '_distributed', '_search_head_clustering'])).min(1),
  targetWorkloads: z.array(z.enum(['_search_heads', '_indexers', '_forwarders'])).nullable(),
})

function manifest(app: AppPackage) {
  return manifestShape.parse(JSON.parse(app.text('app.manifest')))
}

function setting(app: AppPackage, stanza: string, key: string): string | undefined {
  return app.conf('default/app.conf').stanzas.get(stanza)?.get(key)
}

function isTrue(value: string | undefined): boolean {
  return /^(1|true|yes|on|t|y)$/i.test(value ?? '')
}
