import { confFiles, filesIn, type Rule } from './rule.ts'

const notForApps =
  /^(audit|crawl|datatypesbnf|default-mode|deployment.*|health|instance\.cfg|literals|messages|outputs|passwords|pubsub|segmenters|serverclass.*|source-classifier|sourcetypes|splunk-launch|telemetry|user-seed|wmi|workload_.*)\.conf$/

/** Where files may lie, and how they are written. */
export const structureRules: readonly Rule[] = [
  {
    check: 'check_that_local_does_not_exist, check_for_local_meta',
    says: "nothing of a site's own: no local, users or local.meta",
    problems: (app) =>
      app.entries.flatMap(({ inApp }) => (/^(local|users)(\/|$)|local\.meta$/.test(inApp) ? [inApp] : [])),
  },
  {
    check: 'check_metadata_allow_list, check_default_meta_exists',
    says: 'metadata holds default.meta and nothing else',
    problems: (app) => {
      const names = filesIn(app, 'metadata').map(({ inApp }) => inApp)
      return names.length === 1 && names[0] === 'metadata/default.meta' ? [] : ['metadata', ...names]
    },
  },
  {
    check: 'check_kos_are_accessible',
    says: 'administrators of Splunk Cloud may write whatever an administrator may',
    problems: (app) =>
      [...app.conf('metadata/default.meta').stanzas].flatMap(([stanza, settings]) =>
        /write : \[ admin, sc_admin \]/.test(settings.get('access') ?? '') ? [] : [`[${stanza}]`],
      ),
  },
  {
    check: 'check_static_directory_file_allow_list',
    says: 'static holds .png, .md and .txt files and no directory',
    problems: (app) =>
      filesIn(app, 'static').flatMap(({ inApp }) =>
        /^static\/[^/]+\.(png|md|txt)$/.test(inApp) ? [] : [inApp],
      ),
  },
  {
    check: 'check_lookups_allow_list',
    says: 'lookups holds .csv and .kmz files',
    problems: (app) =>
      filesIn(app, 'lookups').flatMap(({ inApp }) => (/\.(csv|kmz)$/.test(inApp) ? [] : [inApp])),
  },
  {
    check: 'check_app_icon_dimensions, check_app_logo_dimensions',
    says: 'the icons are PNG files in the sizes that Splunk shows',
    problems: (app) =>
      Object.entries({
        appIcon: '36x36',
        appIcon_2x: '72x72',
        appIconAlt: '36x36',
        appIconAlt_2x: '72x72',
        appLogo: '160x40',
        appLogo_2x: '320x80',
      }).flatMap(([name, size]) => {
        const image = app.files.find(({ inApp }) => inApp === `static/${name}.png`)?.bytes
        const found = image?.toString('latin1', 1, 4) === 'PNG' && pngSize(image)
        return found === size ? [] : [`${name}: ${found}`]
      }),
  },
  {
    check: 'check_outputs_conf_black_list and its like',
    says: "no file that sets splunkd's own affairs",
    problems: (app) =>
      confFiles(app).flatMap(({ inApp }) => (notForApps.test(inApp.replace('default/', '')) ? [inApp] : [])),
  },
  {
    check: 'check_config_file_parsing, check_validate_no_duplicate_stanzas_in_conf_files',
    says: 'each .conf, .meta and .spec file parses and says nothing twice',
    problems: (app) =>
      app.files
        .filter(({ inApp }) => /\.(conf|meta|spec)$/.test(inApp))
        .flatMap(({ inApp }) => app.conf(inApp).faults.map((fault) => `${inApp}: ${fault}`)),
  },
  {
    check: 'check_config_file_parsing',
    says: 'no blank follows the backslash at the end of a line',
    problems: (app) =>
      confFiles(app).flatMap(({ inApp }) => (/\\[ \t]+$/m.test(app.text(inApp)) ? [inApp] : [])),
  },
  {
    check: 'check_no_default_stanzas',
    says: 'no .conf file sets defaults for other apps',
    problems: (app) =>
      confFiles(app).flatMap(({ inApp }) =>
        [...app.conf(inApp).stanzas.keys()].flatMap((stanza) =>
          /^(default|general|global|stash)$/.test(stanza) ? [`${inApp} [${stanza}]`] : [],
        ),
      ),
  },
  {
    check: 'check_validate_json_data_is_well_formed',
    says: 'JSON files parse',
    problems: (app) =>
      app.files.flatMap(({ inApp }) =>
        /(\.json|\.manifest)$/.test(inApp) && !isJson(app.text(inApp)) ? [inApp] : [],
      ),
  },
  {
    check: 'check_collections_conf_for_specified_name_field_type',
    says: 'collections know the four types of fields only',
    problems: (app) =>
      [...app.conf('default/collections.conf').stanzas].flatMap(([name, settings]) =>
        [...settings].flatMap(([key, value]) =>
          key.startsWith('field.') && !/^(number|bool|string|time)$/.test(value) ? [`${name}.${key}`] : [],
        ),
      ),
  },
  {
    check: 'splunkd',
    says: 'each collection that holds state is declared: a missing one answers 404 for ever',
    problems: (app) => {
      const declared = app.conf('default/collections.conf').stanzas
      return ['checkpoints', 'ledger', 'leases', 'quota'].filter((name) => !declared.has(`mailtrail_${name}`))
    },
  },
]

function pngSize(image: Buffer): string {
  return `${image.readUInt32BE(16)}x${image.readUInt32BE(20)}`
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
