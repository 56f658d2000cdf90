import { definitions } from '../../../src/sources/index.ts'
import { filesIn, type Rule, schemes } from './rule.ts'

/** The modular inputs and what the indexing of their events needs. */
export const inputRules: readonly Rule[] = [
  {
    check: 'check_inputs_conf_spec_has_stanzas, check_inputs_conf_spec_stanzas_have_properties',
    says: 'README/inputs.conf.spec declares each input with its parameters',
    problems: (app) => {
      const declared = app.conf('README/inputs.conf.spec').stanzas
      return definitions.flatMap(({ scheme, parameters }) =>
        parameters.flatMap(({ name }) =>
          declared.get(`${scheme}://<name>`)?.has(name) ? [] : [`${scheme}: ${name}`],
        ),
      )
    },
  },
  {
    check: 'check_inputs_conf_spec_stanza_args_broken_correctly',
    says: 'each parameter stands on a line of its own and has a value',
    problems: (app) =>
      [...app.conf('README/inputs.conf.spec').stanzas].flatMap(([stanza, settings]) =>
        [...settings].flatMap(([name, value]) =>
          /^<[^<>]+>$/.test(value) ? [] : [`${stanza} ${name} = ${value}`],
        ),
      ),
  },
  {
    check: 'check_modular_inputs_scripts_exist, check_modular_inputs_scripts_exist_for_cloud',
    says: 'bin holds for each scheme a .sh and a .cmd that may be executed',
    problems: (app) =>
      [...schemes(app), 'mailtrail'].flatMap((name) =>
        ['sh', 'cmd'].flatMap((extension) => {
          const launcher = app.files.find(({ inApp }) => inApp === `bin/${name}.${extension}`)
          return launcher?.mode === 0o755 ? [] : [`bin/${name}.${extension}`]
        }),
      ),
  },
  {
    check: 'splunkd',
    says: 'bin holds one executable for each scheme and system, so that none is chosen by chance',
    problems: (app) => {
      const expected = [...schemes(app), 'mailtrail'].flatMap((name) => [`bin/${name}.cmd`, `bin/${name}.sh`])
      return filesIn(app, 'bin').flatMap(({ inApp }) =>
        expected.includes(inApp) || inApp.startsWith('bin/app/') ? [] : [inApp],
      )
    },
  },
  {
    check: 'splunkd',
    says: 'a .sh has LF ends, begins with #!/bin/sh and is pure ASCII; a .cmd has CRLF ends',
    problems: (app) =>
      filesIn(app, 'bin').flatMap(({ inApp, bytes }) => {
        const text = bytes.toString('latin1')
        if (inApp.endsWith('.sh')) return /^#!\/bin\/sh\n[\n -~]*$/.test(text) ? [] : [inApp]
        if (inApp.endsWith('.cmd')) return /^(?:[ -~]*\r\n)+$/.test(text) ? [] : [inApp]
        return []
      }),
  },
  {
    check: 'check_js_use_in_modular_inputs',
    says: 'no <scheme>.js beside the launchers: .js files are what Splunk Web serves, and nothing else',
    problems: (app) =>
      app.files.flatMap(({ inApp }) =>
        inApp.endsWith('.js') && !inApp.startsWith('appserver/static/') ? [inApp] : [],
      ),
  },
  {
    check: 'check_invoking_bundled_node',
    says: 'nothing calls the Node.js that Splunk once shipped, and nothing reads as if it did',
    problems: (app) =>
      app.files.flatMap(({ inApp, bytes }) => {
        if (/\.(txt|md|org|rst)$/.test(inApp)) return []
        const calls = /cmd node|["']cmd["'], ?["']node["']/.test(bytes.toString('latin1'))
        return calls ? [inApp] : []
      }),
  },
  {
    check: 'check_inputs_conf_for_global_settings, check_inputs_conf_for_tcp and its like',
    says: "inputs.conf sets defaults of the add-on's own schemes and nothing else",
    problems: (app) =>
      [...app.conf('default/inputs.conf').stanzas.keys()].filter((stanza) => !schemes(app).includes(stanza)),
  },
  {
    check: 'splunkd',
    says: 'each scheme is started without a shell, every 300 seconds',
    problems: (app) =>
      schemes(app).filter((scheme) => {
        const defaults = app.conf('default/inputs.conf').stanzas.get(scheme)
        return defaults?.get('start_by_shell') !== 'false' || defaults.get('interval') !== '300'
      }),
  },
  {
    check: 'check_props_conf_has_no_prohibited_characters_in_sourcetypes',
    says: 'the name of a sourcetype has none of < > ? & #',
    problems: (app) =>
      [...app.conf('default/props.conf').stanzas.keys()].filter((stanza) => /[<>?&#]/.test(stanza)),
  },
  {
    check: 'check_that_no_configurations_of_default_source_type_in_props_conf',
    says: "props.conf sets the add-on's own sourcetypes and sources only",
    problems: (app) =>
      [...app.conf('default/props.conf').stanzas.keys()].filter(
        (stanza) =>
          !/^(cisco:etd:|pangea:audit$|trendmicro:email:|mailtrail:|source::\.\.\.ta_mailtrail_)/.test(
            stanza,
          ),
      ),
  },
  {
    check: 'check_props_conf_unarchive_cmd_is_not_set',
    says: 'props.conf starts no program',
    problems: (app) => app.text('default/props.conf').match(/^(unarchive_cmd|invalid_cause)\b.*/gm) ?? [],
  },
  {
    check: 'splunkd',
    says: 'events are cut at line ends, whole, with the time that the input gave, and read as JSON once',
    problems: (app) =>
      definitions
        .flatMap(({ sourcetypes }) => sourcetypes.map(({ name }) => name))
        .concat('mailtrail:unparsed')
        .filter((name) => {
          const props = app.conf('default/props.conf').stanzas.get(name)
          return !Object.entries({
            SHOULD_LINEMERGE: 'false',
            LINE_BREAKER: '([\\r\\n]+)',
            TRUNCATE: '0',
            DATETIME_CONFIG: 'NONE',
            KV_MODE: 'json',
            INDEXED_EXTRACTIONS: undefined,
          }).every(([key, value]) => props?.get(key) === value)
        }),
  },
]
